import { emptyMessage } from "./message-codec.ts";

/** Ends the handshake of one side (spec p2p.md section 2). */
export const verackMessage = emptyMessage("verack");
