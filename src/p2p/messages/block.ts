import { type Block, decodeBlock } from "../../protocol/primitives/index.ts";
import type { MessageWriter } from "./message-codec.ts";

/** A whole block (spec p2p.md 3.5). */
export const blockMessage: MessageWriter<Pick<Block, "raw">> & {
  readonly read: (reader: { bytes: Uint8Array }) => Block;
} = {
  command: "block",
  write: (writer, { raw }) => void writer.fixed(raw),
  read: ({ bytes }) => decodeBlock(bytes),
};
