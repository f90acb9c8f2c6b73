import { bytesKey } from "../bytes/index.ts";
import { hash160, publicKeyCreate } from "../crypto/index.ts";
import type { PrivateKey } from "../primitives/index.ts";

/** A private key with its public key in the form that the network sees. */
export interface SigningKey {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Finds what signing needs by HASH160. */
export interface KeySource {
  key(keyHash: Uint8Array): SigningKey | undefined;
  redeemScript(scriptHash: Uint8Array): Uint8Array | undefined;
}

/** Keys and redeem scripts at hand. */
export class KeyRing implements KeySource {
  private readonly keys = new Map<string, SigningKey>();
  private readonly scripts = new Map<string, Uint8Array>();

  /** @throws RangeError for a secret that is no private key */
  addKey({ secret, compressed }: PrivateKey): this {
    const publicKey = publicKeyCreate(secret, compressed);
    this.keys.set(bytesKey(hash160(publicKey)), { secret, publicKey });
    return this;
  }

  addRedeemScript(script: Uint8Array): this {
    this.scripts.set(bytesKey(hash160(script)), script);
    return this;
  }

  key(keyHash: Uint8Array): SigningKey | undefined {
    return this.keys.get(bytesKey(keyHash));
  }

  redeemScript(scriptHash: Uint8Array): Uint8Array | undefined {
    return this.scripts.get(bytesKey(scriptHash));
  }
}
