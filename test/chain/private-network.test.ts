import { afterEach, expect, test } from "bun:test";
import { Chain, WorkTemplates } from "../../src/chain/index.ts";
import { rpcContext } from "../../src/node/rpc-context.ts";
import { createClock } from "../../src/platform/index.ts";
import { fromDisplayHash, fromHex, toDisplayHash, toHex } from "../../src/protocol/bytes/index.ts";
import { ecdsaSign, equihashParametersFor } from "../../src/protocol/crypto/index.ts";
import {
  decodeTransaction,
  encodeBlock,
  encodeWif,
  makeHeader,
  type PowProof,
} from "../../src/protocol/primitives/index.ts";
import {
  blockSubsidy,
  checkPonTarget,
  ponHash,
  ponSlot,
  specialPayments,
  transactionsRoot,
} from "../../src/protocol/rules/index.ts";
import { createRpcHandler, NO_MINING, NO_NETWORK, type RpcError, writeJson } from "../../src/server/rpc/index.ts";
import { BUILDER_SCRIPT } from "./block-builder.ts";
import { MINED_NETWORK, MinedChain, TestNode } from "./mined-chain.ts";
import { connectAll, removeScratchFolders, scratchDirectory, tipOf } from "./test-store.ts";

afterEach(removeScratchFolders);

const TIMEOUT = 300_000;
const { heights, devFundScript } = MINED_NETWORK;
/** Heights at which the test acts, of the network file and the rules of the node list. */
const FUNDED = 102;
const STARTED = heights.kamata + 3;
const START_WINDOW = 60;
const DOS_REMOVAL = 180;
const TRANSITION_END = 380;
/** From Proof of Node on. */
const PON_RECONFIRM = 500;
const PON_EXPIRY = 640;

function emergencyKey(byte: number): string {
  return encodeWif({ secret: new Uint8Array(32).fill(byte), compressed: true }, MINED_NETWORK.base58);
}

interface PonTemplate {
  readonly version: number;
  readonly previousblockhash: string;
  readonly finalsaplingroothash: string;
  readonly coinbasetxn: { readonly data: string };
  readonly transactions: readonly { readonly data: string }[];
  readonly bits: string;
  readonly mintime: number;
  readonly height: number;
}

/** What somebody who knows the keys of nodes makes of a template. */
function ponBlockOf(template: PonTemplate, nodes: readonly TestNode[]) {
  const transactions = [template.coinbasetxn, ...template.transactions].map(({ data }) =>
    decodeTransaction(fromHex(data)),
  );
  const prevHash = fromDisplayHash(template.previousblockhash);
  const bits = Number.parseInt(template.bits, 16);
  for (let time = template.mintime; ; time += MINED_NETWORK.ponTargetSpacing) {
    const producer = nodes.find(({ collateral }) =>
      checkPonTarget(ponHash(collateral, prevHash, ponSlot(time, MINED_NETWORK)), bits, MINED_NETWORK, template.height),
    );
    if (!producer) continue;
    const unsigned = makeHeader({
      version: template.version,
      prevHash,
      merkleRoot: transactionsRoot(transactions).root,
      finalSaplingRoot: fromDisplayHash(template.finalsaplingroothash),
      time,
      bits,
      proof: { kind: "pon", collateral: producer.collateral, signature: new Uint8Array(0) },
    });
    const signature = ecdsaSign(unsigned.hash, producer.machine.secret);
    const header = { ...unsigned, proof: { kind: "pon", collateral: producer.collateral, signature } as const };
    return { header, raw: encodeBlock(header, transactions) };
  }
}

test(
  "a network mined by this program alone, from genesis through every upgrade into Proof of Node",
  async () => {
    const world = await MinedChain.open();
    const { chain, clock } = world;
    const nodes = [1, 1, 1, 2, 2, 3, 3].map((tier, i) => new TestNode(i + 1, tier as 1 | 2 | 3));
    const [c1, c2, idle, n1, lazy, s1, s2] = nodes as [
      TestNode,
      TestNode,
      TestNode,
      TestNode,
      TestNode,
      TestNode,
      TestNode,
    ];
    const busy = [c1, c2, n1, s1, s2];
    const now = () => clock.now();

    // Proof of work in three epochs of Equihash, through LWMA, ACADIA and the special payments.
    await world.mineTo(FUNDED - 1);
    const solutionAt = (height: number) => {
      const { solution } = world.blockAt(height).header.proof as PowProof;
      return equihashParametersFor(solution.length);
    };
    expect([29, 30, 49, 50].map((height) => solutionAt(height)?.n)).toEqual([48, 96, 96, 48]);
    for (const height of [60, 70, 80, 90, 100]) {
      const [due] = specialPayments(height, MINED_NETWORK);
      expect(world.coinbaseAt(height).outputs.at(-1)).toEqual({
        script: due?.script as Uint8Array,
        value: due?.amount as bigint,
      });
    }
    await world.fund(nodes);
    await world.mineTo(STARTED - 1);

    // All start in one block and confirm in the next, except one.
    await world.send(...nodes.map((node) => node.start(now(), 5)));
    await world.mineTo(STARTED);
    expect(await world.statuses(nodes)).toEqual(nodes.map(() => "started"));
    await world.send(...[...busy, lazy].map((node) => node.confirm(now(), false)));
    await world.mineTo(STARTED + 1);
    expect(await world.statuses([...busy, lazy])).toEqual([...busy, lazy].map(() => "confirmed"));

    // They are paid in turn, each tier for itself.
    await world.mineTo(STARTED + 12);
    const paid = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => world.paidBy(from + i, nodes));
    const turns = paid(STARTED + 3, STARTED + 12);
    for (const [i, [cumulus, nimbus, stratus]] of turns.entries()) {
      expect([c1.name, c2.name]).toContain(cumulus);
      expect([n1.name, lazy.name]).toContain(nimbus);
      expect([s1.name, s2.name]).toContain(stratus);
      if (i > 0) expect(turns[i - 1]).not.toContain(cumulus);
    }

    // Who does not go on confirming expires, and may start again. Who never confirmed has to wait in the DoS list.
    await world.mineTo(STARTED + 45);
    await world.send(...busy.map((node) => node.confirm(now(), true)));
    await world.mineTo(STARTED + START_WINDOW);
    expect(await world.status(idle)).toBe("dos");
    expect(await world.status(lazy)).toBe("confirmed");
    await world.mineTo(STARTED + START_WINDOW + 2);
    expect(await world.status(lazy)).toBe("none");
    expect(await world.statuses(busy)).toEqual(busy.map(() => "confirmed"));
    await world.send(lazy.start(now(), 5));
    await world.mineTo(world.height + 1);
    await world.send(lazy.confirm(now(), false));
    await world.mineTo(world.height + 1);
    expect(await world.status(lazy)).toBe("confirmed");
    expect(world.height).toBeLessThan(heights.flux);

    // FLUX, HALVING and P2SHNODES; then old collateral counts no more, and everybody starts again with the new one.
    await world.mineTo(STARTED + 88);
    await world.send(...busy.map((node) => node.confirm(now(), true)));
    await world.mineTo(TRANSITION_END - 1);
    expect(await world.statuses([...busy, lazy])).toEqual([...busy, lazy].map(() => "confirmed"));
    await world.mineTo(TRANSITION_END + 1);
    expect(await world.statuses([...busy, lazy])).toEqual([...busy, lazy].map(() => "none"));
    expect(await world.status(idle)).toBe("dos");
    await world.mineTo(STARTED + DOS_REMOVAL);
    expect(await world.status(idle)).toBe("none");
    for (const node of nodes) node.generation = 1;
    await world.send(...nodes.map((node) => node.start(now(), 6)));
    await world.mineTo(world.height + 1);
    await world.send(...nodes.map((node) => node.confirm(now(), false)));
    await world.mineTo(world.height + 1);
    expect(await world.statuses(nodes)).toEqual(nodes.map(() => "confirmed"));

    const confirmed = world.height;

    // From here on the nodes themselves make the blocks: all of them, and again in turn they are paid.
    await world.mineTo(heights.pon - 1);
    const producers = await world.mintTo(heights.pon + 59, nodes);
    expect(producers).not.toContain("a stranger");
    expect(new Set(producers)).toEqual(new Set(nodes.map(({ name }) => name)));
    const ponTurns = paid(heights.pon, heights.pon + 59);
    for (const node of nodes) expect(ponTurns.filter((names) => names.includes(node.name)).length).toBeGreaterThan(15);
    for (let height = heights.pon; height < world.height; height++) {
      const { outputs } = world.coinbaseAt(height);
      expect(outputs[0]?.script).toEqual(devFundScript);
      expect(outputs.reduce((sum, { value }) => sum + value, 0n)).toBe(blockSubsidy(height, MINED_NETWORK));
    }

    // A node that moves confirms anew, and transactions go on.
    n1.ip = "10.0.1.4";
    await world.send(n1.confirm(now(), true));
    await world.mintTo(world.height + 2, nodes);
    const moved = await chain.read((reader) => reader.nodes.find(n1.collateral));
    expect(moved).toMatchObject({ ip: n1.ip, status: "confirmed" });

    // With the longer windows of Proof of Node: who does not go on confirming expires, starts again, and makes blocks and is paid again.
    await world.mintTo(confirmed + PON_RECONFIRM + 1, nodes);
    await world.send(...nodes.filter((node) => node !== lazy && node !== n1).map((node) => node.confirm(now(), true)));
    await world.mintTo(confirmed + PON_EXPIRY, nodes);
    expect(await world.statuses(nodes)).toEqual(nodes.map(() => "confirmed"));
    await world.mintTo(confirmed + PON_EXPIRY + 1, nodes);
    expect(await world.status(lazy)).toBe("none");
    const restPaid = world.height + 1;
    expect(await world.mintTo(restPaid + 20, nodes)).not.toContain(lazy.name);
    expect(paid(restPaid, restPaid + 20).flat()).not.toContain(lazy.name);
    await world.send(lazy.start(now(), 6));
    await world.mintTo(world.height + 1, nodes);
    expect(await world.status(lazy)).toBe("started");
    await world.send(lazy.confirm(now(), false));
    await world.mintTo(world.height + 1, nodes);
    expect(await world.statuses(nodes)).toEqual(nodes.map(() => "confirmed"));
    const again = world.height + 1;
    expect(await world.mintTo(again + 59, nodes)).toContain(lazy.name);
    expect(paid(again, again + 59).flat()).toContain(lazy.name);

    // The holders of emergency keys can make a block without any node.
    const handler = createRpcHandler({
      ...rpcContext({ chain, clock, mining: { ...NO_MINING, currentWork: () => work.current() }, stop: () => {} }),
      network: { ...NO_NETWORK, connections: () => 1 },
    });
    const work = new WorkTemplates(chain, clock, () => BUILDER_SCRIPT);
    const ask = async (method: string, ...params: string[]) => JSON.parse(writeJson(await handler(method, params)));
    clock.setMock(now() + MINED_NETWORK.ponTargetSpacing);
    const created = await ask("createemergencyblock");
    expect(created).toMatchObject({ height: world.height + 1, signatures_required: 2, collateral: "11".repeat(32) });
    expect(created.authorized_keys).toHaveLength(3);
    expect(await ask("verifyemergencyblock", created.hex)).toMatchObject({ valid: false, signatures: 0, signers: [] });
    const once = await ask("signemergencyblock", created.hex, emergencyKey(0x31));
    expect(once).toMatchObject({ hash: created.hash, signatures: 1, complete: false });
    const error = (call: Promise<unknown>) => call.then(null, ({ code, message }: RpcError) => [code, message]);
    expect(await error(ask("submitemergencyblock", once.hex))).toEqual([
      -25,
      "Emergency block has invalid or insufficient signatures",
    ]);
    expect(await error(ask("signemergencyblock", once.hex, emergencyKey(0x31)))).toEqual([
      -8,
      "This key has already signed the block",
    ]);
    expect(await error(ask("signemergencyblock", once.hex, emergencyKey(0x44)))).toEqual([
      -8,
      "Private key does not correspond to an authorized emergency key",
    ]);
    const twice = await ask("signemergencyblock", once.hex, emergencyKey(0x33));
    expect(twice).toMatchObject({ hash: created.hash, signatures: 2, complete: true });
    expect(await ask("verifyemergencyblock", twice.hex)).toEqual({
      valid: true,
      signatures: 2,
      signatures_required: 2,
      signers: [created.authorized_keys[0], created.authorized_keys[2]],
    });
    expect(await ask("submitemergencyblock", twice.hex)).toBe(created.hash);
    expect(tipOf(chain)).toBe(created.hash);

    // A block template is good for a block, too: with the collateral of a node, a time with a good lot, and a signature.
    const template = await ask("getblocktemplate");
    expect(template).toMatchObject({ version: 100, type: "PON", mintime: chain.view.tip.time + 1 });
    const own = ponBlockOf(template, nodes);
    clock.setMock(own.header.time);
    expect(await ask("submitblock", toHex(own.raw))).toBeNull();
    expect(tipOf(chain)).toBe(toDisplayHash(own.header.hash));

    // Whoever sees these blocks for the first time agrees with every one of them.
    const directory = scratchDirectory(MINED_NETWORK);
    const other = await Chain.open({ params: MINED_NETWORK, directory, clock: createClock(now()), indexes: true });
    await connectAll(
      other,
      world.blocks.map(({ block }) => block.raw),
    );
    expect(tipOf(other)).toBe(tipOf(chain));
    await other.close();
    await chain.close();
  },
  TIMEOUT,
);
