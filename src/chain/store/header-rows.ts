import type { Step } from "../../platform/index.ts";
import type { Database } from "../../platform/sqlite/index.ts";
import { decodeHeader, encodeHeader } from "../../protocol/primitives/index.ts";
import type { HeaderBacking, HeaderNode, HeaderRow } from "../headers/index.ts";

/** A row of `headers` with every integer as bigint: pool totals exceed 2^53. */
interface StoredHeader {
  readonly id: bigint;
  readonly parent: bigint;
  readonly height: bigint;
  readonly work: Uint8Array;
  readonly header: Uint8Array;
  readonly validity: bigint;
  readonly failed: bigint;
  readonly failed_ancestor: bigint;
  readonly has_data: bigint;
  readonly leaf: bigint;
  readonly transactions: bigint;
  readonly chain_transactions: bigint;
  readonly size: bigint;
  readonly sprout_root: Uint8Array | null;
  readonly sprout_delta: bigint | null;
  readonly sapling_delta: bigint | null;
  readonly chain_sprout: bigint | null;
  readonly chain_sapling: bigint | null;
  readonly logical_time: bigint | null;
}

const COLUMNS =
  "id, hash, parent, height, work, header, validity, failed, failed_ancestor, has_data, leaf, transactions, chain_transactions, " +
  "size, sprout_root, sprout_delta, sapling_delta, chain_sprout, chain_sapling, logical_time";

/** Chain work as 32 bytes, most significant first, so that SQLite orders it as a number. */
function encodeWork(work: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(work.toString(16).padStart(64, "0"), "hex"));
}

function decodeWork(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function toRow(stored: StoredHeader): HeaderRow {
  return {
    id: Number(stored.id),
    parentId: Number(stored.parent),
    height: Number(stored.height),
    chainWork: decodeWork(stored.work),
    header: decodeHeader(new Uint8Array(stored.header)),
    logicalTime: stored.logical_time === null ? null : Number(stored.logical_time),
    fill(node) {
      node.validity = Number(stored.validity);
      node.failed = stored.failed === 1n;
      node.failedAncestor = stored.failed_ancestor === 1n;
      node.hasData = stored.has_data === 1n;
      node.leaf = stored.leaf === 1n;
      node.transactionCount = Number(stored.transactions);
      node.chainTransactionCount = Number(stored.chain_transactions);
      node.size = Number(stored.size);
      node.sproutRoot = stored.sprout_root && new Uint8Array(stored.sprout_root);
      node.sproutDelta = stored.sprout_delta;
      node.saplingDelta = stored.sapling_delta;
      node.chainSproutValue = stored.chain_sprout;
      node.chainSaplingValue = stored.chain_sapling;
      node.logicalTime = stored.logical_time === null ? null : Number(stored.logical_time);
    },
  };
}

/** The `headers` and `active` tables. */
export class HeaderRows implements HeaderBacking {
  private readonly selectByHash;
  private readonly selectById;
  private readonly selectLeaves;
  private readonly selectWaiting;
  private readonly selectHighest;
  private readonly selectByTime;
  private readonly upsert;
  private readonly selectActive;
  private readonly setActive;
  private readonly clearActive;

  constructor(database: Database) {
    const select = (where: string) =>
      database.prepare<unknown[], StoredHeader>(`SELECT ${COLUMNS} FROM headers ${where}`).safeIntegers();
    this.selectByHash = select("WHERE hash = ?");
    this.selectById = select("WHERE id = ?");
    this.selectLeaves = select("WHERE leaf = 1");
    this.selectWaiting = select("WHERE has_data = 1 AND chain_transactions = 0");
    this.selectByTime = select("WHERE logical_time >= ? AND logical_time < ? ORDER BY logical_time");
    this.selectHighest = database.prepare<[], number | null>("SELECT max(id) FROM headers").pluck();
    this.upsert = database.prepare<unknown[]>(
      `INSERT OR REPLACE INTO headers (${COLUMNS}) VALUES (${COLUMNS.split(",")
        .map(() => "?")
        .join(", ")})`,
    );
    this.selectActive = database.prepare<[number], number>("SELECT id FROM active WHERE height = ?").pluck();
    this.setActive = database.prepare<[number, number]>("INSERT OR REPLACE INTO active (height, id) VALUES (?, ?)");
    this.clearActive = database.prepare<[number]>("DELETE FROM active WHERE height >= ?");
  }

  byHash(hash: Uint8Array): HeaderRow | undefined {
    const stored = this.selectByHash.get(hash);
    return stored && toRow(stored);
  }

  byId(id: number): HeaderRow | undefined {
    const stored = this.selectById.get(id);
    return stored && toRow(stored);
  }

  leaves(): HeaderRow[] {
    return this.selectLeaves.all().map(toRow);
  }

  /** Blocks whose bytes are there but not those of an ancestor. */
  waiting(): HeaderRow[] {
    return this.selectWaiting.all().map(toRow);
  }

  /** Connected blocks with logical time in [low, high), ascending. */
  byTime(low: number, high: number): HeaderRow[] {
    return this.selectByTime.all(low, high).map(toRow);
  }

  highestId(): number {
    return this.selectHighest.get() ?? -1;
  }

  write(node: HeaderNode): void {
    this.upsert.run(
      node.id,
      node.hash,
      node.parentId,
      node.height,
      encodeWork(node.chainWork),
      encodeHeader(node.header),
      node.validity,
      node.failed ? 1 : 0,
      node.failedAncestor ? 1 : 0,
      node.hasData ? 1 : 0,
      node.leaf ? 1 : 0,
      node.transactionCount,
      node.chainTransactionCount,
      node.size,
      node.sproutRoot,
      node.sproutDelta,
      node.saplingDelta,
      node.chainSproutValue,
      node.chainSaplingValue,
      node.logicalTime,
    );
  }

  /** Row of the active block at a height. */
  activeId(height: number): number | undefined {
    return this.selectActive.get(height);
  }

  /** Adds one block to the end of the active chain. */
  appendActive(height: number, id: number): void {
    this.setActive.run(height, id);
  }

  /** Replaces the active chain from `height` on. */
  *replaceActive(height: number, ids: readonly number[]): Generator<Step> {
    this.clearActive.run(height);
    for (let i = 0; i < ids.length; i++) {
      this.setActive.run(height + i, ids[i] as number);
      yield "step";
    }
  }
}
