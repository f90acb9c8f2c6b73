import { atOnce, type DataDirectory, FluxError } from "../../platform/index.ts";
import { equalBytes, toDisplayHash, toHex } from "../../protocol/bytes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { blockWork } from "../../protocol/rules/index.ts";
import { PRUNE_HEIGHT } from "../blocks/prune-blocks.ts";
import { noteComplete } from "../blocks/received-block.ts";
import { chainFailure } from "../chain-failure.ts";
import { HeaderNode } from "../headers/index.ts";
import { Validity } from "../state/header-entry.ts";
import { BlockStore, ChainStore } from "../store/index.ts";
import { type CheckedSnapshot, checkSnapshot } from "./check-snapshot.ts";
import { decodePlainRow } from "./plain-record.ts";
import type { SectionHashes } from "./section-digests.ts";
import { SNAPSHOT_BASE } from "./snapshot-base.ts";
import type { Section, SnapshotHead } from "./snapshot-format.ts";
import { decodeSnapshotHeader } from "./snapshot-header.ts";
import { SNAPSHOT_HASHES } from "./snapshot-notes.ts";
import { parseSnapshot, type SnapshotVisitor, snapshotDamaged } from "./snapshot-parser.ts";

export interface LoadSnapshotOptions {
  readonly params: NetworkParams;
  /** Reads the file from its beginning; called twice. */
  readonly read: () => AsyncIterable<Uint8Array>;
  /** The block that the user trusts, wire order; null if none was named. */
  readonly trusted: Uint8Array | null;
  /** Makes the data directory, locks it and hands it out; called once the file was found to be in order. */
  readonly claim: () => Pick<DataDirectory, "file">;
}

/**
 * Makes a chain from a snapshot. The whole file is checked before the data directory is touched, and written in one storage transaction.
 * @throws FluxError what {@link checkSnapshot} throws, snapshot-untrusted, chain-exists
 */
export async function loadSnapshot({ params, read, trusted, claim }: LoadSnapshotOptions): Promise<CheckedSnapshot> {
  const checked = await checkSnapshot(params, read());
  checkTrust(params, checked.head, trusted);
  const directory = claim();
  const path = directory.file("chain.db");
  let store: ChainStore | undefined;
  let blocks: BlockStore | undefined;
  try {
    const opened = new ChainStore(path);
    store = opened;
    if (opened.meta("tip") !== undefined) {
      throw new FluxError("chain-exists", `there is a chain in ${path} already`, {
        hint: "load the snapshot into another --datadir; the stored chain was left as it is",
        kind: "refused",
      });
    }
    blocks = new BlockStore(directory.file("blocks.db"), true);
    const filler = new StoreFiller(opened, blocks, params, checked.head);
    await opened.inTransaction(async () => {
      const digest = await parseSnapshot(read(), filler);
      if (!equalBytes(digest, checked.digest)) throw snapshotDamaged("the file changed while it was read");
      filler.finish(checked.sections);
    });
    return checked;
  } catch (error) {
    throw chainFailure(error, path);
  } finally {
    blocks?.close();
    store?.close();
  }
}

function checkTrust(params: NetworkParams, head: SnapshotHead, trusted: Uint8Array | null): void {
  const hash = toDisplayHash(head.blockHash);
  if (trusted && !equalBytes(trusted, head.blockHash)) {
    throw new FluxError(
      "snapshot-untrusted",
      `the snapshot ends with block ${hash}, not with ${toDisplayHash(trusted)}`,
      {
        hint: "get a snapshot of the chain that you trust; nothing was changed",
        kind: "refused",
      },
    );
  }
  if (trusted || params.networkId !== "main") return;
  if (
    params.checkpoints.some(({ height, hash: known }) => height === head.height && equalBytes(known, head.blockHash))
  ) {
    return;
  }
  throw new FluxError(
    "snapshot-untrusted",
    `nothing says that block ${head.height} ${hash} belongs to the right chain`,
    {
      hint: "look it up where you trust the answer, for instance in a node of your own, and name it with --block-hash",
      kind: "refused",
    },
  );
}

/** Writes the parts of a snapshot into an empty store. */
class StoreFiller implements SnapshotVisitor {
  private readonly store: ChainStore;
  private readonly blocks: BlockStore;
  private readonly params: NetworkParams;
  private readonly target: SnapshotHead;
  private last: HeaderNode | null = null;

  constructor(store: ChainStore, blocks: BlockStore, params: NetworkParams, target: SnapshotHead) {
    this.store = store;
    this.blocks = blocks;
    this.params = params;
    this.target = target;
  }

  head(): void {}

  record(section: Section, record: Uint8Array): void {
    if (section === "blocks") {
      this.blocks.put(this.params.genesisHash, this.params.genesisBlock);
      this.blocks.put(this.target.blockHash, record.slice());
    } else if (section === "headers") this.header(record);
    else this.store.plain.insert(section, decodePlainRow(section, record));
  }

  private header(record: Uint8Array): void {
    const { header, ...known } = decodeSnapshotHeader(record);
    const { last } = this;
    const height = last ? last.height + 1 : 0;
    const work = (last?.chainWork ?? 0n) + blockWork(header);
    const node = new HeaderNode(height, header, last ?? -1, work, height, () => {
      throw new Error("a header of a snapshot has its parent");
    });
    Object.assign(node, known);
    node.validity = Validity.scripts;
    node.leaf = height === this.target.height;
    node.hasData = node.leaf || height === 0;
    noteComplete(node);
    this.store.headers.write(node);
    this.store.headers.appendActive(height, node.id);
    last?.forgetParent();
    this.last = node;
  }

  /** What the store says about itself comes last, its tip with it: without one there is no chain. */
  finish(sections: SectionHashes): void {
    atOnce(this.blocks.commit());
    const { height } = this.target;
    this.store.putMeta({
      genesis: toHex(this.params.genesisHash),
      indexes: 0,
      [PRUNE_HEIGHT]: height,
      [SNAPSHOT_BASE]: height,
      [SNAPSHOT_HASHES]: JSON.stringify(sections),
      tip: (this.last as HeaderNode).id,
    });
  }
}
