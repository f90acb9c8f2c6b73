import { findGenerator, type JubjubPoint } from "../jubjub.ts";

const NO_BYTES = new Uint8Array(0);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Fixed points are multiplied for every signature, so they get a table of their multiples. */
function fixedPoint(message: Uint8Array, personalization: string): JubjubPoint {
  return findGenerator(message, personalization).precompute(8);
}

/** Base of spend authorisation keys and signatures. */
export const SPEND_AUTH_BASE = fixedPoint(NO_BYTES, "Zcash_G_");
/** Base of the value in a value commitment. */
export const VALUE_BASE = fixedPoint(ascii("v"), "Zcash_cv");
/** Base of the randomness in a value commitment, and so of binding signatures. */
export const VALUE_RANDOMNESS_BASE = fixedPoint(ascii("r"), "Zcash_cv");
