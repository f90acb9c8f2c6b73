import { emptyMessage } from "./message-codec.ts";

/** Asks for addresses of other peers (spec p2p.md 3.10). */
export const getaddrMessage = emptyMessage("getaddr");
