import type { ByteReader, ByteWriter } from "../../protocol/bytes/index.ts";

const IP_SIZE = 16;

/** An address as messages carry it. */
export interface WireAddress {
  /** Service bits. */
  readonly services: bigint;
  /** IPv6, or IPv4 as ::ffff:a.b.c.d; 16 bytes. */
  readonly ip: Uint8Array;
  readonly port: number;
}

export function readAddress(reader: ByteReader): WireAddress {
  const services = reader.u64();
  const ip = reader.fixed(IP_SIZE);
  // The one big-endian number of the protocol.
  const port = reader.u8() * 256 + reader.u8();
  return { services, ip, port };
}

export function writeAddress(writer: ByteWriter, { services, ip, port }: WireAddress): void {
  writer
    .u64(services)
    .fixed(ip)
    .u8(port >> 8)
    .u8(port & 0xff);
}
