import { HDKey, type Versions } from "@scure/bip32";
import { DecodeError } from "../bytes/index.ts";
import { base58checkDecode } from "../crypto/index.ts";
import type { Base58Prefixes } from "../params/index.ts";
import { HARDENED, parsePath } from "./derivation-path.ts";

/** Version bytes of a network's extended keys, four each (spec chain-params.md section 2). */
export type ExtendedKeyPrefixes = Pick<Base58Prefixes, "xpub" | "xprv">;

const ENCODED_SIZE = 78;
const MAX_TEXT = 120;
const SHORTEST_SEED = 16;
const LONGEST_SEED = 64;

function versionsOf({ xpub, xprv }: ExtendedKeyPrefixes): Versions {
  const number = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return { public: number(xpub), private: number(xprv) };
}

/** A BIP-32 node: a private or a public key with the chain code from which its children are derived. */
export class ExtendedKey {
  /** Private, so that a key that is printed or serialised by mistake shows nothing. */
  readonly #node: HDKey;

  private constructor(node: HDKey) {
    this.#node = node;
  }

  /**
   * Root key of a seed, such as {@link mnemonicSeed} gives.
   * @throws RangeError for a seed shorter than 16 or longer than 64 bytes
   */
  static fromSeed(seed: Uint8Array, prefixes: ExtendedKeyPrefixes): ExtendedKey {
    if (seed.length < SHORTEST_SEED || seed.length > LONGEST_SEED) {
      throw new RangeError(`a seed has ${SHORTEST_SEED} to ${LONGEST_SEED} bytes`);
    }
    return new ExtendedKey(HDKey.fromMasterSeed(seed, versionsOf(prefixes)));
  }

  /**
   * The key that an xpub or xprv text of this network holds.
   * @throws DecodeError saying what is wrong with any other text, without repeating it
   */
  static fromText(text: string, prefixes: ExtendedKeyPrefixes): ExtendedKey {
    const bytes = base58checkDecode(text, MAX_TEXT);
    if (!bytes) throw new DecodeError("the extended key is damaged: its characters or its checksum are wrong");
    if (bytes.length !== ENCODED_SIZE) throw new DecodeError("this is no extended key: its length is wrong");
    const versions = versionsOf(prefixes);
    const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (version !== versions.public && version !== versions.private) {
      throw new DecodeError("this is no extended key of this network");
    }
    try {
      return new ExtendedKey(HDKey.fromExtendedKey(text, versions));
    } catch {
      throw new DecodeError("the extended key is not valid: its key, depth or place does not fit");
    }
  }

  /** Steps from the root, 0 to 255. */
  get depth(): number {
    return this.#node.depth;
  }

  /** The last step of the path that led here, hardened ones with 2^31 added; 0 at the root. */
  get index(): number {
    return this.#node.index;
  }

  /** First four bytes of the HASH160 of the public key, as a big-endian number. */
  get fingerprint(): number {
    return this.#node.fingerprint;
  }

  /** That of the parent; 0 at the root. */
  get parentFingerprint(): number {
    return this.#node.parentFingerprint;
  }

  /** 32 bytes. */
  get chainCode(): Uint8Array {
    return this.#node.chainCode as Uint8Array;
  }

  /** Compressed, 33 bytes. */
  get publicKey(): Uint8Array {
    return this.#node.publicKey as Uint8Array;
  }

  /** 32 bytes; null if this is a public key. */
  get secret(): Uint8Array | null {
    return this.#node.privateKey;
  }

  /** The public key with its chain code as text. Whoever has it can list all addresses below it. */
  get xpub(): string {
    return this.#node.publicExtendedKey;
  }

  /** The private key with its chain code as text; null if this is a public key. */
  get xprv(): string | null {
    return this.#node.privateKey && this.#node.privateExtendedKey;
  }

  /** The same node without its private key. */
  publicOnly(): ExtendedKey {
    const { versions } = this.#node;
    return new ExtendedKey(HDKey.fromExtendedKey(this.#node.publicExtendedKey, versions));
  }

  /**
   * The descendant at a path as text (`m/0'/1`) or as steps, relative to this key.
   * @throws DecodeError for a text that is no path; RangeError for a step that is no 32-bit number, a hardened step below a
   * public key, or a depth above 255
   */
  derive(path: string | readonly number[]): ExtendedKey {
    const steps = typeof path === "string" ? parsePath(path) : path;
    let node = this.#node;
    for (const step of steps) {
      if (!Number.isInteger(step) || step < 0 || step > 0xffff_ffff) {
        throw new RangeError("a step of a path must be a 32-bit number");
      }
      if (step >= HARDENED && !node.privateKey) {
        throw new RangeError("hardened keys cannot be derived from a public key");
      }
      if (node.depth === 255) throw new RangeError("a key has at most 255 ancestors");
      node = node.deriveChild(step);
    }
    return new ExtendedKey(node);
  }
}
