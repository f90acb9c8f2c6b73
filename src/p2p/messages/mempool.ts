import { emptyMessage } from "./message-codec.ts";

/** Asks for the ids of all pool transactions (spec p2p.md 3.12). */
export const mempoolMessage = emptyMessage("mempool");
