import { emptyMessage } from "./message-codec.ts";

/** Ends the filtering of what is announced (spec p2p.md 3.12). */
export const filterclearMessage = emptyMessage("filterclear");
