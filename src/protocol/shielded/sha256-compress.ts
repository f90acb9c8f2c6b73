import { _SHA256 } from "@noble/hashes/sha2.js";

class Compression extends _SHA256 {
  compress(block: DataView): number[] {
    this.process(block, 0);
    return this.get();
  }
}

/**
 * The SHA-256 compression function on two concatenated halves, from the standard initial state and without padding: the node
 * hash of the Sprout tree. 32 bytes in, 32 bytes in, 32 bytes out.
 */
export function sha256Compress(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== 32 || right.length !== 32) throw new RangeError("a Sprout tree node has 32 bytes");
  const block = new Uint8Array(64);
  block.set(left, 0);
  block.set(right, 32);
  const words = new Compression().compress(new DataView(block.buffer));
  const node = new DataView(new ArrayBuffer(32));
  words.forEach((word, i) => {
    node.setInt32(4 * i, word);
  });
  return new Uint8Array(node.buffer);
}
