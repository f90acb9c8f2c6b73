import type { MessageCodec } from "./message-codec.ts";

/** A bloom filter as it stands on the wire, its size unchecked (spec p2p.md 3.12). */
export interface FilterLoad {
  readonly data: Uint8Array;
  readonly hashFunctions: number;
  readonly tweak: number;
  readonly flags: number;
}

export const filterloadMessage: MessageCodec<FilterLoad> = {
  command: "filterload",
  write: (writer, { data, hashFunctions, tweak, flags }) =>
    void writer.varBytes(data).u32(hashFunctions).u32(tweak).u8(flags),
  read: (reader) => ({ data: reader.varBytes(), hashFunctions: reader.u32(), tweak: reader.u32(), flags: reader.u8() }),
};
