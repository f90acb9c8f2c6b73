import { type BlockHeader, readHeader, writeHeader } from "../../protocol/primitives/index.ts";
import type { MessageCodec } from "./message-codec.ts";
import { ProtocolViolation } from "./protocol-violation.ts";

/** Most headers of one message; as many mean that there are more. */
export const MAX_HEADERS = 160;

/** Whole headers, one after the other along a chain (spec p2p.md 3.3). */
export const headersMessage: MessageCodec<readonly BlockHeader[]> = {
  command: "headers",
  write(writer, headers) {
    writer.compactSize(headers.length);
    for (const header of headers) {
      writeHeader(writer, header);
      writer.compactSize(0);
    }
  },
  read(reader) {
    const count = reader.compactSize();
    if (count > MAX_HEADERS) throw new ProtocolViolation(`headers with ${count} entries`, 20);
    return Array.from({ length: count }, () => {
      const header = readHeader(reader);
      // A number of transactions, which no header has.
      reader.compactSize();
      return header;
    });
  },
};
