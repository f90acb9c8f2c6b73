import { locatorMessage } from "./locator.ts";

/** Asks for the headers of the blocks after a place (spec p2p.md 3.3). */
export const getheadersMessage = locatorMessage("getheaders");
