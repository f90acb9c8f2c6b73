import type { RpcMethod } from "./declaration.ts";
import { addnode } from "./methods/addnode.ts";
import { clearbanned } from "./methods/clearbanned.ts";
import { createconfirmationtransaction } from "./methods/createconfirmationtransaction.ts";
import { createdelegatekeypair } from "./methods/createdelegatekeypair.ts";
import { createemergencyblock } from "./methods/createemergencyblock.ts";
import { createfluxnodekey } from "./methods/createfluxnodekey.ts";
import { createmultisig } from "./methods/createmultisig.ts";
import { createp2shstarttx } from "./methods/createp2shstarttx.ts";
import { createrawtransaction } from "./methods/createrawtransaction.ts";
import { createsporkkeys } from "./methods/createsporkkeys.ts";
import { decoderawblock } from "./methods/decoderawblock.ts";
import { decoderawtransaction } from "./methods/decoderawtransaction.ts";
import { decodescript } from "./methods/decodescript.ts";
import { disconnectnode } from "./methods/disconnectnode.ts";
import { estimatefee } from "./methods/estimatefee.ts";
import { estimatepriority } from "./methods/estimatepriority.ts";
import { fluxnodecurrentwinner } from "./methods/fluxnodecurrentwinner.ts";
import { generate } from "./methods/generate.ts";
import { getaddednodeinfo } from "./methods/getaddednodeinfo.ts";
import { getaddressbalance } from "./methods/getaddressbalance.ts";
import { getaddressdeltas } from "./methods/getaddressdeltas.ts";
import { getaddressmempool } from "./methods/getaddressmempool.ts";
import { getaddresstxids } from "./methods/getaddresstxids.ts";
import { getaddressutxos } from "./methods/getaddressutxos.ts";
import { getbenchmarks } from "./methods/getbenchmarks.ts";
import { getbenchstatus } from "./methods/getbenchstatus.ts";
import { getbestblockhash } from "./methods/getbestblockhash.ts";
import { getblock } from "./methods/getblock.ts";
import { getblockchaininfo } from "./methods/getblockchaininfo.ts";
import { getblockcount } from "./methods/getblockcount.ts";
import { getblockdeltas } from "./methods/getblockdeltas.ts";
import { getblockhash } from "./methods/getblockhash.ts";
import { getblockhashes } from "./methods/getblockhashes.ts";
import { getblockheader } from "./methods/getblockheader.ts";
import { getblocksubsidy } from "./methods/getblocksubsidy.ts";
import { getblocktemplate } from "./methods/getblocktemplate.ts";
import { getchaintips } from "./methods/getchaintips.ts";
import { getconnectioncount } from "./methods/getconnectioncount.ts";
import { getdeprecationinfo } from "./methods/getdeprecationinfo.ts";
import { getdifficulty } from "./methods/getdifficulty.ts";
import { getdoslist } from "./methods/getdoslist.ts";
import { getfluxnodecount } from "./methods/getfluxnodecount.ts";
import { getfluxnodesnapshot } from "./methods/getfluxnodesnapshot.ts";
import { getfluxnodestatus } from "./methods/getfluxnodestatus.ts";
import { getgenerate } from "./methods/getgenerate.ts";
import { getinfo } from "./methods/getinfo.ts";
import { getlocalsolps } from "./methods/getlocalsolps.ts";
import { getmempoolinfo } from "./methods/getmempoolinfo.ts";
import { getmigrationcount } from "./methods/getmigrationcount.ts";
import { getmininginfo } from "./methods/getmininginfo.ts";
import { getnettotals } from "./methods/getnettotals.ts";
import { getnetworkinfo } from "./methods/getnetworkinfo.ts";
import { getnetworksolps } from "./methods/getnetworksolps.ts";
import { getpeerinfo } from "./methods/getpeerinfo.ts";
import { getrawmempool } from "./methods/getrawmempool.ts";
import { getrawtransaction } from "./methods/getrawtransaction.ts";
import { getspentinfo } from "./methods/getspentinfo.ts";
import { getstartlist } from "./methods/getstartlist.ts";
import { gettxout } from "./methods/gettxout.ts";
import { gettxoutproof } from "./methods/gettxoutproof.ts";
import { gettxoutsetinfo } from "./methods/gettxoutsetinfo.ts";
import { helpMethod } from "./methods/help.ts";
import { invalidateblock } from "./methods/invalidateblock.ts";
import { listbanned } from "./methods/listbanned.ts";
import { listfluxnodeconf } from "./methods/listfluxnodeconf.ts";
import { listfluxnodedelegates } from "./methods/listfluxnodedelegates.ts";
import { ping } from "./methods/ping.ts";
import { printsnapshot } from "./methods/printsnapshot.ts";
import { prioritisetransaction } from "./methods/prioritisetransaction.ts";
import { rebuildfluxnodedb } from "./methods/rebuildfluxnodedb.ts";
import { reconsiderblock } from "./methods/reconsiderblock.ts";
import { rpcDiscover } from "./methods/rpc-discover.ts";
import { sendp2shstarttx } from "./methods/sendp2shstarttx.ts";
import { sendrawtransaction } from "./methods/sendrawtransaction.ts";
import { setban } from "./methods/setban.ts";
import { setgenerate } from "./methods/setgenerate.ts";
import { setmocktime } from "./methods/setmocktime.ts";
import { signemergencyblock } from "./methods/signemergencyblock.ts";
import { signp2shstarttx } from "./methods/signp2shstarttx.ts";
import { signrawtransaction } from "./methods/signrawtransaction.ts";
import { startfluxbenchd } from "./methods/startfluxbenchd.ts";
import { startfluxnodeasdelegate } from "./methods/startfluxnodeasdelegate.ts";
import { startp2shasdelegate } from "./methods/startp2shasdelegate.ts";
import { stop } from "./methods/stop.ts";
import { stopfluxbenchd } from "./methods/stopfluxbenchd.ts";
import { submitblock } from "./methods/submitblock.ts";
import { submitemergencyblock } from "./methods/submitemergencyblock.ts";
import { validateaddress } from "./methods/validateaddress.ts";
import { verifychain } from "./methods/verifychain.ts";
import { verifyemergencyblock } from "./methods/verifyemergencyblock.ts";
import { verifymessage } from "./methods/verifymessage.ts";
import { verifytxoutproof } from "./methods/verifytxoutproof.ts";
import { viewdeterministicfluxnodelist } from "./methods/viewdeterministicfluxnodelist.ts";
import { zValidateaddress } from "./methods/z-validateaddress.ts";

/** Every method that the server knows, one file each. */
export const RPC_METHODS: readonly RpcMethod[] = [
  addnode,
  clearbanned,
  createconfirmationtransaction,
  disconnectnode,
  getaddednodeinfo,
  getnettotals,
  getpeerinfo,
  listbanned,
  ping,
  setban,
  createdelegatekeypair,
  createfluxnodekey,
  createp2shstarttx,
  createrawtransaction,
  createsporkkeys,
  listfluxnodeconf,
  printsnapshot,
  sendp2shstarttx,
  signp2shstarttx,
  signrawtransaction,
  startfluxnodeasdelegate,
  startp2shasdelegate,
  createemergencyblock,
  createmultisig,
  decoderawblock,
  decoderawtransaction,
  decodescript,
  estimatefee,
  estimatepriority,
  fluxnodecurrentwinner,
  generate,
  getaddressbalance,
  getaddressdeltas,
  getaddressmempool,
  getaddresstxids,
  getaddressutxos,
  getbenchmarks,
  getbenchstatus,
  getbestblockhash,
  getblock,
  getblockchaininfo,
  getblockcount,
  getblockdeltas,
  getblockhash,
  getblockhashes,
  getblockheader,
  getblocksubsidy,
  getblocktemplate,
  getchaintips,
  getconnectioncount,
  getdeprecationinfo,
  getdifficulty,
  getdoslist,
  getfluxnodecount,
  getfluxnodesnapshot,
  getfluxnodestatus,
  getgenerate,
  getinfo,
  getlocalsolps,
  getmempoolinfo,
  getmigrationcount,
  getmininginfo,
  getnetworkinfo,
  getnetworksolps,
  getrawmempool,
  getrawtransaction,
  getspentinfo,
  getstartlist,
  gettxout,
  gettxoutproof,
  gettxoutsetinfo,
  invalidateblock,
  listfluxnodedelegates,
  prioritisetransaction,
  rebuildfluxnodedb,
  reconsiderblock,
  sendrawtransaction,
  setgenerate,
  setmocktime,
  signemergencyblock,
  startfluxbenchd,
  stopfluxbenchd,
  stop,
  submitblock,
  submitemergencyblock,
  validateaddress,
  verifychain,
  verifyemergencyblock,
  verifymessage,
  verifytxoutproof,
  viewdeterministicfluxnodelist,
  zValidateaddress,
  rpcDiscover(() => RPC_METHODS),
  helpMethod(() => RPC_METHODS, findMethod),
];

const BY_NAME = new Map(
  RPC_METHODS.flatMap((method) => [method.name, ...(method.aliases ?? [])].map((name) => [name, method] as const)),
);

/** The method of a name or alias. */
export function findMethod(name: string): RpcMethod | undefined {
  return BY_NAME.get(name);
}
