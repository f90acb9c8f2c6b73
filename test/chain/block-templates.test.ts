import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Chain, WorkTemplates } from "../../src/chain/index.ts";
import { rpcContext } from "../../src/node/rpc-context.ts";
import { type Clock, createClock } from "../../src/platform/index.ts";
import { fromDisplayHash, fromHex, toDisplayHash, toHex } from "../../src/protocol/bytes/index.ts";
import { decodeTransaction } from "../../src/protocol/primitives/index.ts";
import { addressOf } from "../../src/protocol/script/index.ts";
import { createRpcHandler, NO_MINING, NO_NETWORK, type RpcHandler, writeJson } from "../../src/server/rpc/index.ts";
import { BUILDER_SCRIPT } from "./block-builder.ts";
import { eventsOf, MOCK_TIME, networkOf, type RecordedSet, submissionsOf, VECTORS } from "./recorded-set.ts";
import { freshChain, removeScratchFolders, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const TIMEOUT = 120_000;

interface Template {
  readonly version: number;
  readonly longpollid: string;
  readonly mintime: number;
  readonly coinbasetxn: { readonly data: string; readonly hash: string };
  readonly type?: string;
}

interface RecordedTemplate {
  readonly name: string;
  readonly tip: string;
  readonly getblocktemplate: Template | { readonly rpc_error: { readonly message: string } };
}

function templatesOf(set: RecordedSet): RecordedTemplate[] {
  const file = join(VECTORS, "fluxd", set, "block-templates.json.gz");
  return JSON.parse(gunzipSync(readFileSync(file)).toString());
}

/** A node that is connected to somebody and pays its blocks to the key of these tests. */
function minerHandler(chain: Chain, clock: Clock): RpcHandler {
  const work = new WorkTemplates(chain, clock, () => BUILDER_SCRIPT);
  const mining = { ...NO_MINING, currentWork: () => work.current() };
  const context = rpcContext({ chain, clock, mining, stop: () => {} });
  return createRpcHandler({ ...context, network: { ...NO_NETWORK, connections: () => 1 } });
}

async function templateOf(handler: RpcHandler): Promise<Template> {
  return JSON.parse(writeJson(await handler("getblocktemplate", [])));
}

/** A template as text, so that the order of keys counts, without what chance and the daemon's wallet put in. */
function comparable(template: Template): string {
  const { raw: _, txid, ...fields } = decodeTransaction(fromHex(template.coinbasetxn.data));
  expect(template.coinbasetxn.hash).toBe(toDisplayHash(txid));
  const outputs = fields.outputs.map(({ value, script }, index) => [value, index === 0 ? "producer" : toHex(script)]);
  const inputs = fields.inputs.map(({ scriptSig, sequence }) => [toHex(scriptSig), sequence]);
  const { version, overwintered, versionGroupId, lockTime, expiryHeight } = fields;
  const data = { version, overwintered, versionGroupId, lockTime, expiryHeight, inputs, outputs };
  const shown = {
    ...template,
    coinbasetxn: { ...template.coinbasetxn, data, hash: "" },
    // The daemon's count of changes of its pool goes on over reorganisations and restarts.
    longpollid: template.longpollid.slice(0, 64),
  };
  return JSON.stringify(shown, (_, value) => (typeof value === "bigint" ? String(value) : value), 1);
}

/** Names under which a template tells a tier's address and payout, by tier. */
const TIER_KEYS = [
  ["cumulus_fluxnode", "basic_zelnode", "cumulus_zelnode"],
  ["nimbus_fluxnode", "super_zelnode", "nimbus_zelnode"],
  ["stratus_fluxnode", "bamf_zelnode", "stratus_zelnode"],
] as const;

/**
 * What a sound daemon would have answered. After a template that failed it goes on telling the payouts of that one, though the
 * coinbase has the right ones; and from PON on its template is nobody's: it pays a miner and may be as old as its parent.
 */
function sound(recorded: Template, chain: Chain): Template {
  const { coinbasetxn, version } = recorded;
  const paid = decodeTransaction(fromHex(coinbasetxn.data)).outputs.slice(1);
  const answer: Record<string, unknown> = { ...recorded };
  const tiers = TIER_KEYS.filter(([key]) => `${key}_payout` in answer);
  tiers.forEach((keys, index) => {
    for (const key of keys) {
      answer[`${key}_address`] = addressOf(paid[index]?.script ?? new Uint8Array(0), chain.params.base58);
      answer[`${key}_payout`] = Number(paid[index]?.value);
    }
  });
  if (version >= 100) {
    Object.assign(answer, {
      coinbasetxn: { ...coinbasetxn, sigops: 0 },
      mintime: chain.view.tip.time + 1,
      type: "PON",
    });
  }
  return answer as unknown as Template;
}

/** Where the daemon has no template: what one is told there, and which version the template has that there is here. */
const DAEMON_FAILURES: readonly (readonly [text: string, version: number])[] = [
  // A transaction of version 1 that waits in the pool; here it is passed over.
  ["tx-sapling-active", 4],
  // Nobody's lot, and no output for the development fund.
  ["bad-pon-header", 100],
  ["tx-coinbase-missing-dev-funding", 100],
  ["bad-txns-not-paying-correct-fluxnodes", 100],
];

for (const set of ["regtest-a", "testnet-t", "regtest-stock"] as const) {
  describe(`block templates on ${set}`, () => {
    test(
      "are the daemon's, and sound where it has none",
      async () => {
        const params = networkOf(set);
        const chain = await freshChain(params, { indexes: true });
        const handler = minerHandler(chain, createClock(MOCK_TIME));
        const recorded = Map.groupBy(templatesOf(set), ({ tip }) => tip);
        const submissions = Map.groupBy(submissionsOf(set), ({ at_tip }) => at_tip);
        let compared = 0;
        let better = 0;
        const compare = async ({ name, getblocktemplate: daemon }: RecordedTemplate) => {
          const own = await templateOf(handler);
          if ("rpc_error" in daemon) {
            const [, version] = DAEMON_FAILURES.find(([text]) => daemon.rpc_error.message.endsWith(text)) ?? [];
            expect({ name, version: own.version }).toEqual({ name, version: version ?? -1 });
            better++;
            return;
          }
          expect(`${name} ${comparable(own)}`).toBe(`${name} ${comparable(sound(daemon, chain))}`);
          compared++;
        };
        for (const event of eventsOf(set)) {
          const before = tipOf(chain);
          if (event.op === "submitblock") await chain.submitBlock(fromHex(event.hex));
          if (event.op === "invalidateblock") await chain.invalidateBlock(fromDisplayHash(event.hash));
          const tip = tipOf(chain);
          if (tip === before) continue;
          const templates = recorded.get(tip) ?? [];
          recorded.delete(tip);
          // What was recorded with a filled pool was recorded after the submissions of that tip.
          const filled = ({ name }: RecordedTemplate) => name.startsWith("mempool-");
          for (const template of templates.filter((each) => !filled(each))) await compare(template);
          for (const submission of submissions.get(tip) ?? []) {
            if (submission.method !== "sendrawtransaction") continue;
            await Promise.resolve(handler("sendrawtransaction", [submission.hex])).catch(() => {});
          }
          submissions.delete(tip);
          for (const template of templates.filter(filled)) await compare(template);
        }
        expect(recorded.size).toBe(0);
        expect(compared).toBeGreaterThan(5);
        expect(better).toBeGreaterThan(3);
        await chain.close();
      },
      TIMEOUT,
    );
  });
}
