import { type JsonInput, parseJson } from "./json-reader.ts";
import { findMethod } from "./registry.ts";
import { RpcError, RpcErrorCode } from "./rpc-error.ts";

/**
 * Parameters (counted from 0) that the daemon's command line reads as JSON; all others are text (spec rpc.md section 1). It holds
 * for the names as they are: aliases have no entries there either.
 */
const JSON_PARAMETERS: Readonly<Record<string, readonly number[]>> = {
  addmultisigaddress: [0, 1],
  consolidateutxos: [0],
  createmultisig: [0, 1],
  createp2shstarttx: [3, 4],
  createrawtransaction: [0, 1, 2, 3],
  estimatefee: [0],
  estimatepriority: [0],
  fundrawtransaction: [1],
  generate: [0],
  getaddednodeinfo: [0],
  getaddressbalance: [0],
  getaddressdeltas: [0],
  getaddressmempool: [0],
  getaddresstxids: [0],
  getaddressutxos: [0],
  getbalance: [1, 2],
  getblock: [1],
  getblockdeltas: [0],
  getblockhash: [0],
  getblockhashes: [0, 1, 2],
  getblockheader: [1],
  getblocksubsidy: [0],
  getblocktemplate: [0],
  getchaintips: [0],
  getnetworkhashps: [0, 1],
  getnetworksolps: [0, 1],
  getrawmempool: [0],
  getrawtransaction: [1],
  getreceivedbyaccount: [1],
  getreceivedbyaddress: [1],
  getspentinfo: [0],
  gettransaction: [1],
  gettxout: [1, 2],
  gettxoutproof: [0],
  importaddress: [2],
  importprivkey: [2],
  keypoolrefill: [0],
  listaccounts: [0, 1],
  listreceivedbyaccount: [0, 1, 2],
  listreceivedbyaddress: [0, 1, 2],
  listsinceblock: [1, 2],
  listtransactions: [1, 2, 3],
  listunspent: [0, 1, 2],
  lockunspent: [0, 1],
  move: [2, 3],
  printsnapshot: [0],
  prioritisetransaction: [1, 2],
  rescanblockchain: [0],
  sendfrom: [2, 3],
  sendmany: [1, 2, 4],
  sendrawtransaction: [1],
  sendtoaddress: [1, 4],
  setban: [2, 3],
  setgenerate: [0, 1],
  setmocktime: [0],
  settxfee: [0],
  signrawtransaction: [1, 2],
  spork: [1],
  startfluxnodewithdelegates: [1, 2],
  stop: [0],
  verifychain: [0, 1],
  walletpassphrase: [1],
  z_getbalance: [1],
  z_getoperationresult: [0],
  z_getoperationstatus: [0],
  z_getpaymentdisclosure: [1, 2],
  z_gettotalbalance: [0, 1, 2],
  z_importkey: [2],
  z_importviewingkey: [2],
  z_listaddresses: [0],
  z_listreceivedbyaddress: [1],
  z_listunspent: [0, 1, 2, 3],
  z_mergetoaddress: [0, 2, 3, 4],
  z_sendmany: [1, 2, 3],
  z_setmigration: [0],
  z_shieldcoinbase: [2, 3],
  zcbenchmark: [1, 2],
  zcrawjoinsplit: [1, 2, 3, 4],
};

/** True where the method takes text as well, so that a bare address or hash needs no quotes. */
function takesText(method: string, index: number): boolean {
  const type = findMethod(method)?.params[index]?.type;
  return type === "string" || (typeof type === "object" && type.includes("string"));
}

function readJson(text: string): JsonInput | undefined {
  try {
    // In brackets, as the daemon does: one value and nothing else.
    const list = parseJson(`[${text}]`) as readonly JsonInput[];
    return list.length === 1 ? list[0] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Parameters typed on a command line as the JSON values that the method takes.
 * @throws RpcError -1 for a parameter that must be JSON and is not
 */
export function convertCommandLineParams(method: string, params: readonly string[]): JsonInput[] {
  const json = Object.hasOwn(JSON_PARAMETERS, method) ? JSON_PARAMETERS[method] : undefined;
  return params.map((text, index) => {
    if (!json?.includes(index)) return text;
    const value = readJson(text);
    if (value !== undefined) return value;
    if (takesText(method, index)) return text;
    throw new RpcError(RpcErrorCode.misc, `Error parsing JSON:${text}`);
  });
}
