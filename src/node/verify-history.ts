import { differentParts, type SectionHashes, type SnapshotHead, sectionHashesOf } from "../chain/index.ts";
import { readBytes } from "../platform/byte-streams/index.ts";
import { FluxError, withScratchDirectory } from "../platform/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { type BlockRecord, readBlockFile } from "./block-file.ts";
import { importBlocks } from "./import-blocks.ts";
import { openChain } from "./open-chain.ts";
import { whileOpen } from "./while-open.ts";

export interface HistoryOptions {
  readonly params: NetworkParams;
  /** File of the blocks from height 1 on. */
  readonly blocks: string;
  readonly head: SnapshotHead;
  /** What the snapshot says, section by section. */
  readonly sections: SectionHashes;
  readonly signal: AbortSignal;
}

/**
 * Validates the blocks in a store of their own and compares the state they lead to with a snapshot's, section by section.
 * @throws FluxError history-differs, block-refused, blocks-missing …
 */
export function verifyHistory({ params, blocks, head, sections, signal }: HistoryOptions): Promise<void> {
  return withScratchDirectory(async (root) => {
    const opened = await openChain({ params, root, create: true, indexes: false });
    await whileOpen(opened, async () => {
      const { chain } = opened;
      const records = readBlockFile(readBytes(blocks, signal), params.magic);
      const done = await importBlocks(
        chain,
        untilHeight(records, () => chain.height, head.height),
        { signal },
      );
      if (done.unreadable) throw done.unreadable;
      if (signal.aborted) throw new FluxError("interrupted", "interrupted", { kind: "interrupted" });
      if (done.refusal) {
        throw new FluxError("block-refused", `${done.refusal.place}: a block was refused: ${done.refusal.reason}`);
      }
      if (chain.height < head.height) {
        throw new FluxError(
          "blocks-missing",
          `the blocks end at height ${chain.height}, the snapshot at ${head.height}`,
        );
      }
      const own = await chain.writeSnapshot(head.height, sectionHashesOf);
      const different = differentParts(own.sunk, sections);
      if (different.length === 0) return;
      throw new FluxError(
        "history-differs",
        `the blocks lead to another ${different.join(" and another ")} at height ${head.height} than the snapshot's`,
        {
          hint: "do not use this snapshot",
        },
      );
    });
  });
}

/** Blocks above the height are not needed; a few are handed in before their height is known. */
async function* untilHeight(records: AsyncIterable<BlockRecord>, reached: () => number, height: number) {
  for await (const record of records) {
    if (reached() >= height) return;
    yield record;
  }
}
