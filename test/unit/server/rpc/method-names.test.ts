import { describe, expect, test } from "bun:test";
import { findMethod } from "../../../../src/server/rpc/registry.ts";
import { failure, fakeContext } from "./fake-context.ts";

/** Old name by new name, where the daemon has both. */
const OLD_NAMES = {
  createfluxnodekey: "createzelnodekey",
  fluxnodecurrentwinner: "zelnodecurrentwinner",
  getfluxnodecount: "getzelnodecount",
  getfluxnodestatus: "getzelnodestatus",
  getnetworksolps: "getnetworkhashps",
  listfluxnodeconf: "listzelnodeconf",
  listfluxnodes: "listzelnodes",
  rebuildfluxnodedb: "rebuildzelnodedb",
  startfluxbenchd: "startzelbenchd",
  stopfluxbenchd: "stopzelbenchd",
  viewdeterministicfluxnodelist: "viewdeterministiczelnodelist",
};

/** What works on a wallet: this node has none, so it has none of these, like a daemon started with -disablewallet. */
const OF_THE_WALLET = [
  ...["addmultisigaddress", "backupwallet", "consolidateutxos", "dumpprivkey", "dumpwallet", "encryptwallet"],
  ...["fundrawtransaction", "getaccount", "getaccountaddress", "getaddressesbyaccount", "getbalance"],
  ...["getnewaddress", "getrawchangeaddress", "getreceivedbyaccount", "getreceivedbyaddress", "gettransaction"],
  ...["getunconfirmedbalance", "getwalletinfo", "importaddress", "importprivkey", "importwallet", "keypoolrefill"],
  ...["listaccounts", "listaddressgroupings", "listlockunspent", "listreceivedbyaccount", "listreceivedbyaddress"],
  ...["listsinceblock", "listtransactions", "listunspent", "lockunspent", "move", "rescanblockchain"],
  ...["resendwallettransactions", "sendfrom", "sendmany", "sendtoaddress", "setaccount", "settxfee", "signmessage"],
  ...["walletlock", "walletpassphrase", "walletpassphrasechange", "z_exportkey", "z_exportviewingkey"],
  ...["z_exportwallet", "z_getbalance", "z_getmigrationstatus", "z_getnewaddress", "z_getoperationresult"],
  ...["z_getoperationstatus", "z_getpaymentdisclosure", "z_gettotalbalance", "z_importkey", "z_importviewingkey"],
  ...["z_importwallet", "z_listaddresses", "z_listoperationids", "z_listreceivedbyaddress", "z_listunspent"],
  ...["z_mergetoaddress", "z_sendmany", "z_setmigration", "z_shieldcoinbase", "z_validatepaymentdisclosure"],
  ...["zcbenchmark", "zcrawjoinsplit", "zcrawkeygen", "zcrawreceive", "zcsamplejoinsplit"],
  // The daemon lists these without a wallet, too, and then works on one that is not there.
  ...["getfluxnodeoutputs", "getzelnodeoutputs", "startfluxnode", "startzelnode", "startfluxnodewithdelegates"],
  ...["startdeterministicfluxnode", "startdeterministiczelnode"],
];

describe("methods", () => {
  test("have the names that they had before", () => {
    for (const [name, old] of Object.entries(OLD_NAMES)) {
      expect({ old, same: findMethod(old) !== undefined && findMethod(old) === findMethod(name) }).toEqual({
        old,
        same: true,
      });
    }
  });

  test("of the wallet are not there", async () => {
    for (const name of OF_THE_WALLET) {
      expect([name, ...(await failure(fakeContext(), name))]).toEqual([name, -32601, "Method not found"]);
    }
  });
});
