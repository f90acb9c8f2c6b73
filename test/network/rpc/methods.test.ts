import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ParameterDeclaration, RpcMethod } from "../../../src/server/rpc/declaration.ts";
import { RPC_METHODS } from "../../../src/server/rpc/index.ts";
import { endAll } from "../test-network.ts";
import { addressCases } from "./cases-addresses.ts";
import { blockchainCases } from "./cases-blockchain.ts";
import { fluxnodeCases } from "./cases-fluxnode.ts";
import { miningCases } from "./cases-mining.ts";
import { networkCases } from "./cases-network.ts";
import { transactionCases } from "./cases-transactions.ts";
import { utilityCases } from "./cases-utility.ts";
import type { MethodCase, Refusal } from "./method-case.ts";
import { Scene } from "./scene.ts";

const TIMEOUT = 120_000;
/** The last ones change what the others ask about. */
const GROUPS = [
  blockchainCases,
  addressCases,
  networkCases,
  utilityCases,
  fluxnodeCases,
  transactionCases,
  miningCases,
];

let scene: Scene;
const cases = new Map<string, MethodCase>();

beforeAll(async () => {
  scene = await Scene.open();
  for (const group of GROUPS) {
    for (const [name, each] of Object.entries(await group(scene))) {
      if (cases.has(name)) throw new Error(`${name} has two cases`);
      cases.set(name, each);
    }
  }
}, TIMEOUT);

afterAll(async () => {
  await scene?.close();
  await endAll();
});

function caseOf({ name }: RpcMethod): MethodCase {
  const found = cases.get(name);
  if (!found) throw new Error(`no test says what ${name} answers: add a case for it`);
  return found;
}

/** A value that is not of a type, and what the daemon says of it. */
const WRONG = {
  string: [5, "a string"],
  number: ["x", "an integer"],
  boolean: ["x", "a boolean"],
  array: ["x", "an array"],
  object: ["x", "an object"],
} as const;

/** The call with the most parameters. */
function longest({ calls }: MethodCase): readonly unknown[] {
  return calls.reduce<readonly unknown[]>((most, [params]) => (params.length > most.length ? params : most), []);
}

async function expectRefusal(
  { name }: RpcMethod,
  params: readonly unknown[],
  code: number,
  message: string | RegExp,
  where: MethodCase["where"],
) {
  const { status, result, error } = await scene.call(name, params, where);
  expect([name, params, status, result, error]).toEqual([
    name,
    params,
    500,
    null,
    { code, message: typeof message === "string" ? message : expect.stringMatching(message) },
  ] as never);
}

test("every case is about a method that is there", () => {
  const names = RPC_METHODS.map(({ name }) => name);
  expect([...cases.keys()].filter((name) => !names.includes(name))).toEqual([]);
});

/** Those that change the chain or leave the peer come last. */
const LAST = ["disconnectnode", "invalidateblock", "reconsiderblock", "submitemergencyblock"];
const ordered = [...RPC_METHODS].sort((a, b) => LAST.indexOf(a.name) - LAST.indexOf(b.name));

/** Numbers of parameters that a method does not take. */
function wrongCounts({ params, extraParams }: RpcMethod): number[] {
  const required = params.filter(({ optional }) => !optional).length;
  return [...new Set([...(required > 0 ? [0, required - 1] : []), ...(extraParams ? [] : [params.length + 1])])];
}

/** The call of a method in which one parameter has a wrong type, and what it gets; null where every type is taken. */
function mistyped(method: RpcMethod, index: number): Refusal | null {
  const each = caseOf(method);
  const special = each.types?.[index];
  if (typeof special === "string") return null;
  const good = longest(each);
  const { type } = method.params[index] as ParameterDeclaration;
  if (special === undefined && (typeof type !== "string" || good.length <= index)) {
    throw new Error(`say what ${method.name} answers to a wrong type of parameter ${index + 1}`);
  }
  const [value, expected] = WRONG[type as keyof typeof WRONG] ?? [];
  const [bad, code, message] = special ?? [value, -1, `JSON value is not ${expected} as expected`];
  const required = method.params.filter(({ optional }) => !optional).length;
  const params = Array.from({ length: Math.max(index + 1, required) }, (_, i) => (i === index ? bad : good[i]));
  return [params, code, message];
}

for (const method of ordered) {
  describe(method.name, () => {
    test("answers in its shape, and refuses what its rules refuse", async () => {
      const { calls, refused = [], where, after } = caseOf(method);
      expect(calls.length).toBeGreaterThan(0);
      for (const [params, shape] of calls) {
        const { status, result, error } = await scene.call(method.name, params, where);
        expect([method.name, params, status, error]).toEqual([method.name, params as never, 200, null]);
        shape(result, `${method.name} ${JSON.stringify(params).slice(0, 80)}`);
      }
      for (const [params, code, message] of refused) await expectRefusal(method, params, code, message, where);
      await after?.();
    });

    if (wrongCounts(method).length > 0)
      test("refuses a wrong number of parameters with its help", async () => {
        const help = new RegExp(`^${method.name.replace(".", "\\.")}( |\n)`);
        for (const count of wrongCounts(method)) {
          await expectRefusal(method, new Array(count).fill(null), -1, help, caseOf(method).where);
        }
      });

    if (method.params.length > 0)
      test("refuses wrong types", async () => {
        for (const index of method.params.keys()) {
          const refusal = mistyped(method, index);
          if (refusal) await expectRefusal(method, ...refusal, caseOf(method).where);
        }
      });
  });
}
