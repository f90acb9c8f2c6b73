/**
 * Options of the reference daemon that have no counterpart, with the reason that the operator reads
 * (spec/rpc.md section 12, spec/fluxnode-config.md section 2). A trailing `*` stands for any ending.
 */
export const WITHOUT_MEANING: readonly (readonly [keys: readonly string[], reason: string])[] = [
  [["server"], "JSON-RPC is always on"],
  [["daemon"], "it is a flag here: fluxnode start --daemon"],
  [["zelnode"], "a machine with fluxnode-key and fluxnode-collateral is a fluxnode"],
  [["experimentalfeatures"], "nothing has to be unlocked"],
  [["zelnodeaddr"], "the daemon does not use it either"],
  [["znconf", "znconflock"], "the node list is imported as a file"],
  [["fluxnodep2shprivkey"], "only historic foundation nodes used it"],
  [["testnetbenchbypass"], "it is a rule of the network file here (benchmarkBypass)"],
  [["printtoconsole", "logtimestamps", "logips", "maxdebugfilesize", "shrinkdebugfile"], "logging works differently"],
  [
    ["reindex", "reindex-chainstate", "rescan", "salvagewallet", "zapwallettxes", "loadblock", "snapshot"],
    "it is an action, not a setting",
  ],
  [["checkpoints", "checkblocks", "checklevel", "maxtipage"], "start-up checks work differently"],
  [["par", "rpcthreads", "rpcworkqueue", "rpcservertimeout"], "threads are managed by themselves"],
  [["datadir", "conf", "pid", "rpccookiefile"], "the data directory is chosen with --datadir"],
  [["rpcssl*"], "the daemon does not support TLS either"],
  [["rest"], "there is one REST interface, on the API port"],
  [["zmqpub*"], "events are served as a WebSocket stream"],
  [["blocknotify", "walletnotify", "alertnotify", "alerts"], "events are served as a WebSocket stream"],
  [
    [
      "dns",
      "dnsseed",
      "seednode",
      "forcednsseed",
      "discover",
      "upnp",
      "proxy*",
      "onion",
      "listenonion",
      "tor*",
      "onlynet",
      "timeout",
      "maxreceivebuffer",
      "maxsendbuffer",
      "peerbloomfilters",
      "enforcenodebloom",
    ],
    "there is no such setting for peers",
  ],
  [["banscore", "bantime", "whitebind", "whitelist", "whitelist*"], "there is no such setting for peers"],
  [["mempooltxinputlimit"], "the daemon ignores it since ACADIA"],
  [["txexpirydelta", "blockminsize", "blockversion"], "policy is the network's default"],
  [
    [
      "wallet",
      "disablewallet",
      "keypool",
      "paytxfee",
      "maxtxfee",
      "mintxfee",
      "sendfreetransactions",
      "spendzeroconfchange",
      "txconfirmtarget",
      "upgradewallet",
      "walletbroadcast",
      "exportdir",
      "minetolocalwallet",
    ],
    "the wallet is a command of its own",
  ],
  [["equihashsolver"], "there is one solver"],
  [["ponminter"], "a fluxnode with key and collateral makes blocks by itself"],
  [["nuparams", "mocktime"], "upgrade heights belong to the network file"],
];

/** Why a key has no counterpart; null for a key that the reference daemon does not document either. */
export function reasonWithoutMeaning(key: string): string | null {
  for (const [keys, reason] of WITHOUT_MEANING) {
    if (keys.some((known) => (known.endsWith("*") ? key.startsWith(known.slice(0, -1)) : key === known))) return reason;
  }
  return null;
}
