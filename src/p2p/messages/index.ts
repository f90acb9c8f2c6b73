export { addrMessage, MAX_ADDRESSES, type TimedAddress } from "./addr.ts";
export { type Alert, alertMessage } from "./alert.ts";
export { blockMessage } from "./block.ts";
export { type BlockTransactions, blocktxnMessage } from "./blocktxn.ts";
export {
  type CompactBlock,
  cmpctblockMessage,
  MAX_16_BIT,
  type PrefilledTransaction,
} from "./cmpctblock.ts";
export { type CompactHeader, cmpheadersMessage, compactHeader, MAX_COMPACT_HEADERS } from "./cmpheaders.ts";
export { filteraddMessage } from "./filteradd.ts";
export { filterclearMessage } from "./filterclear.ts";
export { type FilterLoad, filterloadMessage } from "./filterload.ts";
export { getaddrMessage } from "./getaddr.ts";
export { getblocksMessage } from "./getblocks.ts";
export { type BlockTransactionsRequest, getblocktxnMessage } from "./getblocktxn.ts";
export { getdataMessage } from "./getdata.ts";
export { getheadersMessage } from "./getheaders.ts";
export { headersMessage, MAX_HEADERS } from "./headers.ts";
export { invMessage } from "./inv.ts";
export { type InventoryItem, InventoryType, isKnownType, MAX_INVENTORY } from "./inventory.ts";
export { readText } from "./limited-text.ts";
export type { LocatorRequest } from "./locator.ts";
export { mempoolMessage } from "./mempool.ts";
export { type FilteredBlock, merkleblockMessage } from "./merkleblock.ts";
export { decodePayload, encodePayload, type MessageCodec, type MessageWriter } from "./message-codec.ts";
export type { WireAddress } from "./network-address.ts";
export { notfoundMessage } from "./notfound.ts";
export { pingMessage } from "./ping.ts";
export { pongMessage } from "./pong.ts";
export { ProtocolViolation } from "./protocol-violation.ts";
export { MAX_REJECT_REASON, type RejectMessage, rejectMessage } from "./reject.ts";
export { type SendCompact, sendcmpctMessage } from "./sendcmpct.ts";
export { sendheadersMessage } from "./sendheaders.ts";
export { txMessage } from "./tx.ts";
export { verackMessage } from "./verack.ts";
export { MAX_USER_AGENT, type VersionMessage, versionMessage } from "./version.ts";
