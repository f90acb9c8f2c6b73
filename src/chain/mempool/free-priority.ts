import { COIN } from "../../protocol/primitives/index.ts";

/** Priority of a coin that rested for a day of 144 blocks in a transaction of 250 bytes: above it a transaction may be free. */
export const FREE_PRIORITY = Number((COIN * 144n) / 250n);
