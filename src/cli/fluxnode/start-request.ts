import { FluxError } from "../../platform/index.ts";
import type { PrivateKey } from "../../protocol/primitives/index.ts";

/** What the operator wants started, checked as far as it can be without a chain. */
export interface StartRequest {
  readonly ownerKey: PrivateKey;
  readonly nodePublicKey: Uint8Array;
  readonly delegates: readonly Uint8Array[];
  /** Null for a collateral at the address of a key. */
  readonly redeemScript: Uint8Array | null;
}

const MAXIMUM_DELEGATES = 4;
const COMPRESSED_LENGTH = 33;

function usage(message: string, hint?: string): FluxError {
  return new FluxError("usage", message, { kind: "usage", hint });
}

/** Bytes given as hex. @throws FluxError usage */
export async function hexOption(text: string, name: string): Promise<Uint8Array> {
  const { fromHex, isHex } = await import("../../protocol/bytes/index.ts");
  if (text !== "" && isHex(text)) return fromHex(text);
  throw usage(`${name} expects hex, not ${JSON.stringify(text.slice(0, 80))}`);
}

/** A public key given as hex, which has to be on the curve. @throws FluxError usage */
export async function publicKeyOption(text: string, name: string): Promise<Uint8Array> {
  const { publicKeyIsValid } = await import("../../protocol/crypto/index.ts");
  const key = await hexOption(text, name);
  if (publicKeyIsValid(key)) return key;
  throw usage(`${name} expects a public key in hex (66 or 130 digits)`, "`fluxnode node keygen` prints it");
}

/** Keys of delegates: at most four, compressed, each once. @throws FluxError usage */
export async function delegateOptions(texts: readonly string[]): Promise<Uint8Array[]> {
  const { toHex } = await import("../../protocol/bytes/index.ts");
  if (texts.length > MAXIMUM_DELEGATES) throw usage(`a fluxnode has at most ${MAXIMUM_DELEGATES} delegates`);
  const keys = await Promise.all(texts.map((text) => publicKeyOption(text, "--delegate")));
  if (keys.some((key) => key.length !== COMPRESSED_LENGTH)) {
    throw usage("--delegate expects a compressed public key (66 hex digits)");
  }
  if (new Set(keys.map(toHex)).size < keys.length) throw usage("the same --delegate was given twice");
  return keys;
}
