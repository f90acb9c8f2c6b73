import type { BlockOutcome, Chain } from "../chain/index.ts";
import { DecodeError, toDisplayHash } from "../protocol/bytes/index.ts";
import { type Block, decodeBlock } from "../protocol/primitives/index.ts";
import type { BlockBytes, BlockDamage, BlockRecord } from "./block-file.ts";

/** Blocks handed in without waiting for their verdicts: enough to keep the threads that check signatures busy. */
const IN_FLIGHT = 16;

/** Why an import ended early. */
export interface ImportRefusal {
  readonly place: string;
  /** Displayed hash of the block; null if the bytes are none. */
  readonly hash: string | null;
  /** The reference daemon's text for a broken rule, else what is wrong with the bytes. */
  readonly reason: string;
  /** Broken rule; null if it never came to the rules. */
  readonly rule: string | null;
}

/** What an import did, also while it goes on. */
export interface ImportCounts {
  /** Blocks that were judged; the sum of the next three. */
  readonly blocks: number;
  /** New blocks that were connected. */
  readonly connected: number;
  /** Blocks that were there already. */
  readonly known: number;
  /** New blocks on a branch with less work. */
  readonly sideBranch: number;
}

export interface ImportReport extends ImportCounts {
  readonly refusal: ImportRefusal | null;
  /** Why the file could not be read to its end, null if it could; the blocks before that are imported. */
  readonly unreadable: unknown;
}

export interface ImportOptions {
  /** Ends the import after the blocks that are in work. */
  readonly signal?: AbortSignal;
  /** Called after each block. */
  readonly onBlock?: (counts: ImportCounts) => void;
}

interface Submitted {
  readonly place: string;
  readonly block: Block;
  /** Never rejects, because nobody waits for those behind a refused block. */
  readonly verdict: Promise<{ readonly outcome: BlockOutcome } | { readonly error: unknown }>;
}

/**
 * Hands the blocks of a file to the chain and stops at the first that cannot be used.
 * @throws FluxError when the store fails
 */
export async function importBlocks(
  chain: Pick<Chain, "submitBlock">,
  records: AsyncIterable<BlockRecord>,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const counts = { blocks: 0, connected: 0, known: 0, sideBranch: 0 };
  const inFlight: Submitted[] = [];
  let refusal: ImportRefusal | null = null;
  let damage: BlockDamage | null = null;
  let unreadable: unknown = null;
  const readable = untilError(records, (error) => {
    unreadable = error;
  });
  const settleFirst = async () => {
    const submitted = inFlight.shift() as Submitted;
    refusal = await settle(submitted, counts);
    if (!refusal) options.onBlock?.(counts);
  };
  try {
    for await (const record of readable) {
      // What an interrupted source ends with is cut off by us, not damaged.
      if (options.signal?.aborted) break;
      const submitted = "damage" in record ? record : submit(chain, record);
      if ("damage" in submitted) {
        damage = submitted;
        break;
      }
      inFlight.push(submitted);
      if (inFlight.length >= IN_FLIGHT) await settleFirst();
      if (refusal) break;
    }
    while (!refusal && inFlight.length > 0) await settleFirst();
  } finally {
    await Promise.all(inFlight.map(({ verdict }) => verdict));
  }
  if (!refusal && damage) refusal = { place: damage.place, hash: null, reason: damage.damage, rule: null };
  return { ...counts, refusal, unreadable: refusal ? null : unreadable };
}

async function* untilError<T>(items: AsyncIterable<T>, onError: (error: unknown) => void): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    onError(error);
  }
}

function submit(chain: Pick<Chain, "submitBlock">, { place, raw }: BlockBytes): Submitted | BlockDamage {
  const block = decodeWhole(raw);
  if (typeof block === "string") return { place, damage: block };
  const verdict = chain.submitBlock(block).then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ error }),
  );
  return { place, block, verdict };
}

/** The block that the bytes are, or what is wrong with them. */
function decodeWhole(raw: Uint8Array): Block | string {
  try {
    const block = decodeBlock(raw);
    // A block that is not in canonical form is written anew by the decoder; its length says nothing.
    const extra = block.raw.buffer === raw.buffer ? raw.length - block.raw.length : 0;
    return extra > 0 ? `the block is followed by something else (bytes: ${extra})` : block;
  } catch (error) {
    if (error instanceof DecodeError) return `these bytes are no block: ${error.message}`;
    throw error;
  }
}

async function settle(
  { place, block, verdict }: Submitted,
  counts: { -readonly [Name in keyof ImportCounts]: number },
): Promise<ImportRefusal | null> {
  const answer = await verdict;
  if ("error" in answer) throw answer.error;
  const { known, judged, reject } = answer.outcome;
  const hash = toDisplayHash(block.header.hash);
  if (known === "invalid") return { place, hash, reason: "duplicate-invalid", rule: "block.known-invalid" };
  if (reject) return { place, hash, reason: reject.reason || reject.rule, rule: reject.rule };
  counts.blocks++;
  if (known === "valid" || known === "stored") counts.known++;
  else if (judged) counts.connected++;
  else counts.sideBranch++;
  return null;
}
