import { emptyMessage } from "./message-codec.ts";

/** Asks for new blocks to be announced by `headers` (spec p2p.md 3.8). */
export const sendheadersMessage = emptyMessage("sendheaders");
