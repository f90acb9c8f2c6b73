import type { Chain, ChainReader } from "../../src/chain/index.ts";
import { addressOfScript } from "../../src/chain/indexes/address-key.ts";
import { CHAIN_APPLICATION_ID, CHAIN_MIGRATIONS } from "../../src/chain/store/schema.ts";
import type { DataDirectory } from "../../src/platform/index.ts";
import { openDatabase } from "../../src/platform/sqlite/index.ts";
import { toDisplayHash, toHex } from "../../src/protocol/bytes/index.ts";
import { decodeBlock, formatOutPoint, isCoinbase, type OutPoint } from "../../src/protocol/primitives/index.ts";

/**
 * The tables that belong to the tip. Rows about a block are told by its hash, because their numbers depend on the order in which
 * headers came. The header rows themselves, raw blocks, the transaction index and the list of re-created coins are knowledge about
 * everything that was ever seen, not state of the tip.
 */
const STATE_QUERIES: Readonly<Record<string, string>> = {
  coins: "SELECT hex(txid), hex(record) FROM coins ORDER BY 1",
  nullifiers: "SELECT pool, hex(nullifier) FROM nullifiers ORDER BY 1, 2",
  anchors: "SELECT pool, hex(root), hex(tree) FROM anchors ORDER BY 1, 2",
  nodes: "SELECT hex(outpoint), hex(record) FROM nodes ORDER BY 1",
  delegates: "SELECT hex(outpoint), hex(record) FROM delegates ORDER BY 1",
  active: "SELECT a.height, hex(h.hash) FROM active a LEFT JOIN headers h ON h.id = a.id ORDER BY 1",
  undo: "SELECT hex(h.hash), hex(u.record) FROM undo u LEFT JOIN headers h ON h.id = u.id ORDER BY 1",
  tip: "SELECT hex(h.hash) FROM meta m LEFT JOIN headers h ON h.id = m.value WHERE m.key = 'tip'",
};

/** Every row of the chain state as text, by table. */
export type StateSnapshot = Readonly<Record<string, readonly string[]>>;

/** Writes what the chain holds back and reads its state from the file. */
export async function stateSnapshot(chain: Chain, directory: DataDirectory): Promise<StateSnapshot> {
  await chain.coinStatistics();
  const database = openDatabase(directory.file("chain.db"), {
    applicationId: CHAIN_APPLICATION_ID,
    migrations: CHAIN_MIGRATIONS,
    readonly: true,
  });
  try {
    return Object.fromEntries(
      Object.entries(STATE_QUERIES).map(([table, query]) => [
        table,
        database
          .prepare<[], unknown[]>(query)
          .raw()
          .all()
          .map((row) => row.join(" ")),
      ]),
    );
  } finally {
    database.close();
  }
}

/** What index queries may be about. */
export interface IndexSubjects {
  /** One script for each address. */
  readonly scripts: readonly Uint8Array[];
  readonly outpoints: readonly OutPoint[];
}

/** The addresses and the spent outputs of some blocks. */
export function subjectsOf(blocks: Iterable<Uint8Array>): IndexSubjects {
  const scripts = new Map<string, Uint8Array>();
  const outpoints: OutPoint[] = [];
  for (const raw of blocks) {
    for (const tx of decodeBlock(raw).transactions) {
      for (const { script } of tx.outputs) if (addressOfScript(script)) scripts.set(toHex(script), script);
      if (!isCoinbase(tx)) outpoints.push(...tx.inputs.map((input) => input.prevout));
    }
  }
  return { scripts: [...scripts.values()], outpoints };
}

/** What the address and spent indexes answer, except the heights that tell re-created coins apart. */
export function indexAnswers(reader: ChainReader, { scripts, outpoints }: IndexSubjects): Record<string, unknown> {
  const answers: Record<string, unknown> = {};
  for (const script of scripts) {
    const address = addressOfScript(script);
    if (!address) throw new Error("a script without an address");
    const { balance, received } = reader.addressBalance(address);
    answers[toHex(script)] = {
      totals: `${balance} ${received}`,
      deltas: reader
        .addressDeltas(address)
        .map((d) => `${d.height} ${d.blockIndex} ${toDisplayHash(d.txid)} ${d.index} ${d.spending} ${d.satoshis}`),
      utxos: reader
        .addressUtxos(address)
        .map(({ outpoint, satoshis }) => `${formatOutPoint(outpoint)} ${satoshis}`)
        .sort(),
    };
  }
  for (const outpoint of outpoints) {
    const spent = reader.spent(outpoint);
    answers[formatOutPoint(outpoint)] = spent && `${toDisplayHash(spent.txid)} ${spent.inputIndex} ${spent.height}`;
  }
  return answers;
}
