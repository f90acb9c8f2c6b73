/** SHA-256 over data that comes in pieces. */
export interface Sha256Stream {
  update(data: Uint8Array): void;
  /** 32 bytes; ends the stream. */
  digest(): Uint8Array;
}

/** The runtime's own SHA-256. */
export function sha256Stream(): Sha256Stream {
  const hasher = new Bun.CryptoHasher("sha256");
  return { update: (data) => void hasher.update(data), digest: () => new Uint8Array(hasher.digest()) };
}
