/** Error codes of the daemon (spec rpc.md section 1). */
export const RpcErrorCode = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  internal: -32603,
  parse: -32700,
  /** Anything without a code of its own, a wrong number of parameters included. */
  misc: -1,
  forbidden: -2,
  type: -3,
  wallet: -4,
  /** Also: something that does not exist. */
  invalidAddressOrKey: -5,
  invalidParameter: -8,
  notConnected: -9,
  initialDownload: -10,
  database: -20,
  nodeAlreadyAdded: -23,
  nodeNotAdded: -24,
  nodeNotConnected: -29,
  deserialization: -22,
  verify: -25,
  rejected: -26,
  alreadyInChain: -27,
  warmingUp: -28,
} as const;

/** A call that failed: what stands in the reply's `error`. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
