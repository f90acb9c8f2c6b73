import { ByteWriter } from "../../protocol/bytes/index.ts";
import { sha256d } from "../../protocol/crypto/index.ts";
import { addressGroup, type NetAddress } from "./net-address.ts";

export const NEW_BUCKETS = 1024;
export const TRIED_BUCKETS = 256;
export const BUCKET_SIZE = 64;

const NEW_BUCKETS_PER_SOURCE = 64n;
const TRIED_BUCKETS_PER_GROUP = 8n;

/**
 * Which place of the address book an address may take. A secret key decides, so that nobody can prepare addresses that push out
 * others; addresses of one origin share few buckets, so that nobody can fill them all.
 */
export class AddressBuckets {
  private readonly key: Uint8Array;

  /** @param key 32 secret bytes */
  constructor(key: Uint8Array) {
    this.key = key;
  }

  private hash(...parts: (Uint8Array | string | bigint)[]): bigint {
    const writer = new ByteWriter(128).fixed(this.key);
    for (const part of parts) {
      if (typeof part === "bigint") writer.u64(part);
      else writer.varBytes(typeof part === "string" ? new Uint8Array(Buffer.from(part, "latin1")) : part);
    }
    const digest = sha256d(writer.written);
    return new DataView(digest.buffer, digest.byteOffset).getBigUint64(0, true);
  }

  private place(table: string, bucket: number, { ip, port }: NetAddress): number {
    const position = this.hash(table, BigInt(bucket), ip, BigInt(port)) % BigInt(BUCKET_SIZE);
    return bucket * BUCKET_SIZE + Number(position);
  }

  /** Place among the new addresses, told by `source`. */
  newSlot(address: NetAddress, source: Uint8Array): number {
    const origin = addressGroup(source);
    const one = this.hash(addressGroup(address.ip), origin) % NEW_BUCKETS_PER_SOURCE;
    return this.place("new", Number(this.hash(origin, one) % BigInt(NEW_BUCKETS)), address);
  }

  /** Place among the addresses that worked. */
  triedSlot(address: NetAddress): number {
    const one = this.hash(address.ip, BigInt(address.port)) % TRIED_BUCKETS_PER_GROUP;
    return this.place("tried", Number(this.hash(addressGroup(address.ip), one) % BigInt(TRIED_BUCKETS)), address);
  }
}
