export { digishieldBits } from "./digishield.ts";
export { lwmaNextBits } from "./lwma.ts";
export { lwma3NextBits } from "./lwma3.ts";
export { nextPonBits, ponBits } from "./next-pon-bits.ts";
export { nextPowBits } from "./next-pow-bits.ts";
export { zelhashTransitionBits } from "./zelhash-transition.ts";
