import { secureRandomBytes } from "../../platform/index.ts";
import { isValidSecret } from "../../protocol/primitives/index.ts";

/** 32 unpredictable bytes that are a private key. */
export function newSecret(): Uint8Array {
  for (;;) {
    const secret = secureRandomBytes(32);
    if (isValidSecret(secret)) return secret;
  }
}
