import type { MessageCodec } from "./message-codec.ts";
import { readAddress, type WireAddress, writeAddress } from "./network-address.ts";
import { ProtocolViolation } from "./protocol-violation.ts";

/** Most entries of one message. */
export const MAX_ADDRESSES = 1000;
const ENTRY_SIZE = 30;

export interface TimedAddress extends WireAddress {
  /** When the address was last seen, Unix seconds. */
  readonly time: number;
}

/** Addresses of peers (spec p2p.md 3.10). */
export const addrMessage: MessageCodec<readonly TimedAddress[]> = {
  command: "addr",
  write(writer, addresses) {
    writer.compactSize(addresses.length);
    for (const address of addresses) writeAddress(writer.u32(address.time), address);
  },
  read(reader) {
    const count = reader.count(ENTRY_SIZE);
    if (count > MAX_ADDRESSES) throw new ProtocolViolation(`addr with ${count} entries`, 20);
    return Array.from({ length: count }, () => {
      const time = reader.u32();
      return { time, ...readAddress(reader) };
    });
  },
};
