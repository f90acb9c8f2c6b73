import { objectionToValue } from "../load-configuration.ts";
import { parseNetworkAddress } from "../network-address.ts";
import { OPTIONS, type OptionName, optionKey } from "../options.ts";
import { looksLikeNodeList, type NodeListEntry, parseNodeList } from "./node-list.ts";
import { reasonWithoutMeaning } from "./reference-keys.ts";
import { ReferenceOptions } from "./reference-options.ts";

export interface ImportedFile {
  readonly path: string;
  readonly content: string;
}

/** What an import found. Values of secrets are in `settings` only. */
export interface Import {
  readonly settings: ReadonlyMap<OptionName, readonly string[]>;
  /** Keys of the daemon that were taken over, with the keys that they became. */
  readonly taken: readonly { readonly from: string; readonly to: string }[];
  /** Keys of the daemon that were not, with the reason. */
  readonly left: readonly { readonly key: string; readonly reason: string }[];
  readonly nodes: readonly NodeListEntry[];
}

/** One daemon key (or several that mean the same) becomes one of ours. */
const SAME: readonly (readonly [from: string, to: OptionName])[] = [
  ["rpcuser", "rpcUser"],
  ["rpcpassword", "rpcPassword"],
  ["rpcport", "rpcPort"],
  ["rpcbind", "rpcBind"],
  ["rpcallowip", "rpcAllow"],
  ["addnode", "addNode"],
  ["connect", "connect"],
  ["externalip", "externalAddress"],
  ["maxconnections", "maxConnections"],
  ["dbcache", "dbCache"],
  ["prune", "prune"],
  ["mempooltxcostlimit", "mempoolCostLimit"],
  ["mempoolevictionmemoryminutes", "mempoolEvictionMemory"],
  ["minrelaytxfee", "minRelayFee"],
  ["limitfreerelay", "freeRelayLimit"],
  ["relaypriority", "relayPriority"],
  ["maxorphantx", "maxOrphans"],
  ["datacarrier", "dataCarrier"],
  ["datacarriersize", "dataCarrierSize"],
  ["permitbaremultisig", "bareMultisig"],
  ["blockmaxsize", "blockMaxSize"],
  ["blockprioritysize", "blockPrioritySize"],
  ["mineraddress", "mineAddress"],
  ["genproclimit", "mineThreads"],
];

const INDEXES = ["txindex", "addressindex", "spentindex", "timestampindex", "insightexplorer"];

/**
 * Converts configuration files of the reference daemon (flux.conf or zelcash.conf, and a node list), told apart by what is
 * in them.
 *
 * @throws FluxError node-list-invalid
 */
export function convertReferenceFiles(files: readonly ImportedFile[]): Import {
  const conversion = new Conversion();
  const nodes: NodeListEntry[] = [];
  for (const { path, content } of files) {
    if (looksLikeNodeList(content)) nodes.push(...parseNodeList(content, path));
    else conversion.add(new ReferenceOptions(content));
  }
  return { settings: conversion.settings, taken: conversion.taken, left: conversion.left, nodes };
}

class Conversion {
  readonly settings = new Map<OptionName, readonly string[]>();
  readonly taken: { from: string; to: string }[] = [];
  readonly left: { key: string; reason: string }[] = [];

  add(options: ReferenceOptions): void {
    const handled = new Set<string>();
    const take = (from: readonly string[], to: OptionName, values: readonly string[]) => {
      for (const key of from) handled.add(key);
      const bad = values.map((value) => objectionToValue(to, value)).find((objection) => objection !== null);
      if (bad !== undefined) {
        for (const key of from) this.left.push({ key, reason: `its value does not fit ${optionKey(to)}: ${bad}` });
        return;
      }
      const earlier = OPTIONS[to].list ? (this.settings.get(to) ?? []) : [];
      this.settings.set(to, [...new Set([...earlier, ...values])]);
      for (const key of from) this.taken.push({ from: key, to: optionKey(to) });
    };
    for (const [from, to] of SAME) {
      const values = OPTIONS[to].list ? options.all(from) : options.all(from).slice(0, 1);
      if (values.length > 0) take([from], to, values);
    }
    takeNetwork(options, take);
    takeIndexes(options, take);
    takeListen(options, take);
    takeFluxnode(options, take);
    if (options.isOn("gen")) take(["gen"], "mine", ["yes"]);
    const debug = options.all("debug").filter((category) => category !== "0");
    if (debug.length > 0) take(["debug"], "logLevel", ["debug"]);
    for (const key of options.keys) {
      if (!handled.has(key)) this.left.push({ key, reason: reasonToLeave(key, options) });
    }
  }
}

type Take = (from: readonly string[], to: OptionName, values: readonly string[]) => void;

function present(options: ReferenceOptions, keys: readonly string[]): string[] {
  return keys.filter((key) => options.first(key) !== undefined);
}

function takeNetwork(options: ReferenceOptions, take: Take): void {
  if (options.isOn("regtest")) take(["regtest"], "network", ["regtest"]);
  else if (options.isOn("testnet")) take(["testnet"], "network", ["test"]);
}

function takeIndexes(options: ReferenceOptions, take: Take): void {
  const on = INDEXES.filter((key) => options.isOn(key));
  if (on.length > 0) take(on, "index", ["yes"]);
}

/** `listen`, `bind` and `port` are one setting here. */
function takeListen(options: ReferenceOptions, take: Take): void {
  const keys = present(options, ["listen", "bind", "port"]);
  const closed = options.first("listen") !== undefined && !options.isOn("listen");
  const bind = options.first("bind");
  const port = options.first("port");
  if (closed) take(keys, "listen", ["off"]);
  else if (bind !== undefined || port !== undefined) take(keys, "listen", [listenAddress(bind ?? "0.0.0.0", port)]);
}

/** What does not make an address is left as it is: the check of the option says what is wrong with it. */
function listenAddress(bind: string, port: string | undefined): string {
  const address = parseNetworkAddress(bind);
  if (!address || port === undefined || address.port !== undefined) return bind;
  return address.host.includes(":") ? `[${address.host}]:${port}` : `${address.host}:${port}`;
}

/** Without `zelnode=1` the daemon ignores the key, and taking it over would make this machine a fluxnode. */
function takeFluxnode(options: ReferenceOptions, take: Take): void {
  if (!options.isOn("zelnode")) return;
  const key = options.first("zelnodeprivkey");
  if (key !== undefined) take(["zelnodeprivkey"], "fluxnodeKey", [key]);
  const outpoint = options.first("zelnodeoutpoint");
  // The daemon does not notice a missing index and then never finds its own record.
  if (outpoint !== undefined) {
    const index = options.first("zelnodeindex") ?? "";
    take(present(options, ["zelnodeoutpoint", "zelnodeindex"]), "fluxnodeCollateral", [`${outpoint}:${index}`]);
  }
}

function reasonToLeave(key: string, options: ReferenceOptions): string {
  if (["zelnodeprivkey", "zelnodeoutpoint", "zelnodeindex"].includes(key)) {
    return options.isOn("zelnode") ? "it needs zelnodeoutpoint" : "zelnode=1 is not set, so this was no fluxnode";
  }
  if (["fluxnode", "fluxnodeprivkey", "fluxnodeoutpoint", "fluxnodeindex"].includes(key)) {
    return "the daemon does not read it (it reads the zelnode… name)";
  }
  if (["testnet", "regtest", "gen", "ponminter", "debug", "listen", ...INDEXES].includes(key)) {
    return "it is what happens without it";
  }
  return reasonWithoutMeaning(key) ?? "the reference daemon has no such option";
}
