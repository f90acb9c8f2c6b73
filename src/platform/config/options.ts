import { z } from "zod";
import { LOG_FORMATS, LOG_LEVELS } from "../log.ts";
import { parseNetworkAddress, parsePort, parseSubnet } from "./network-address.ts";

/** A setting that comes once, with its value when nobody sets it. */
interface SingleOption<Value, Default> {
  readonly list: false;
  /** From text to value. */
  readonly schema: z.ZodType<Value, string>;
  readonly default: Default;
  /** Never shown, and only read from files that nobody else can read. */
  readonly secret: boolean;
  /** How the value is written, for help texts. */
  readonly form: string;
  readonly description: string;
}

/** A setting that may be repeated. */
interface ListOption<Value> {
  readonly list: true;
  readonly schema: z.ZodType<Value, string>;
  readonly default: readonly Value[];
  readonly secret: false;
  readonly form: string;
  readonly description: string;
}

const boolean = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => ["1", "0", "true", "false", "yes", "no", "on", "off"].includes(text), "expected yes or no")
  .transform((text) => ["1", "true", "yes", "on"].includes(text));

const integer = (least: number, most: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most,
      `expected a whole number from ${least} to ${most}`,
    )
    .transform(Number);

const text = (most: number) => z.string().min(1, "expected a value").max(most, `expected at most ${most} characters`);

const port = z
  .string()
  .refine((value) => parsePort(value) !== null, "expected a port from 1 to 65535")
  .transform(Number);

const portOrOff = z.union([
  z.enum(["off", "none", "0"], "expected a port from 1 to 65535, or off").transform(() => "off" as const),
  port,
]);

const address = z
  .string()
  .refine((value) => parseNetworkAddress(value) !== null, "expected host, host:port or [ipv6]:port")
  .transform((value) => parseNetworkAddress(value) ?? { host: value, port: undefined });

const subnet = z
  .string()
  .refine((value) => parseSubnet(value) !== null, "expected an address or a range like 10.0.0.0/8")
  .transform((value) => parseSubnet(value) ?? value);

const collateral = z
  .string()
  .regex(/^[0-9a-f]{64}:\d{1,10}$/i, "expected <transaction id>:<output index>")
  .transform((value) => {
    const [txid = "", index] = value.toLowerCase().split(":");
    return { txid, index: Number(index) };
  })
  .refine(({ index }) => index <= 0xffffffff, "expected an output index below 4294967296");

/** The official benchmark daemon, a key of this node, or nobody. */
const ATTESTORS = ["external", "key", "none"] as const;

/** Base58 of 33 or 34 bytes plus checksum: the shape only, the network decides the rest. */
const privateKey = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{50,53}$/, "expected a private key in WIF form");

/** Amounts stay text here: what they are worth in zatoshi is not this folder's business. */
const feeRate = z
  .string()
  .refine(
    (value) => /^\d{1,4}(\.\d{1,8})?$/.test(value) && /[1-9]/.test(value),
    "expected an amount above 0 like 0.000001",
  );

/** The daemon keeps that much for the blocks of a reorganisation. */
const LEAST_PRUNE_TARGET = 550;

const pruneTarget = z
  .string()
  .refine(
    (value) => /^\d{1,9}$/.test(value) && (Number(value) === 0 || Number(value) >= LEAST_PRUNE_TARGET),
    `expected 0 or at least ${LEAST_PRUNE_TARGET}`,
  )
  .transform(Number);

function single<Value, Default>(
  schema: z.ZodType<Value, string>,
  fallback: Default,
  form: string,
  description: string,
): SingleOption<Value, Default> {
  return { list: false, schema, default: fallback, secret: false, form, description };
}

function secret<Value>(
  schema: z.ZodType<Value, string>,
  form: string,
  description: string,
): SingleOption<Value, undefined> {
  return { list: false, schema, default: undefined, secret: true, form, description };
}

function list<Value>(schema: z.ZodType<Value, string>, form: string, description: string): ListOption<Value> {
  return { list: true, schema, default: [], secret: false, form, description };
}

/**
 * Everything that can be configured. The name `rpcPort` is the key `rpc-port` in fluxnode.conf, the variable
 * `FLUXNODE_RPC_PORT` and the flag `--rpc-port`. Undefined as a default means: the network's own value.
 */
export const OPTIONS = {
  network: single(text(4096), "main", "NAME|FILE", "main, test, regtest, devnet or a network file"),
  logLevel: single(z.enum(LOG_LEVELS), "info", LOG_LEVELS.join("|"), "how much is logged"),
  logFormat: single(z.enum(LOG_FORMATS), "plain", LOG_FORMATS.join("|"), "lines for people or JSON lines"),
  logSize: single(integer(1, 65_536), 20, "MIB", "size at which a log file is put aside"),
  logFiles: single(integer(0, 1000), 5, "NUMBER", "how many log files are kept besides the current one"),
  rpcPort: single(port, undefined, "PORT", "port of the JSON-RPC interface"),
  rpcBind: list(address, "HOST[:PORT]", "addresses to listen on for JSON-RPC; none: only this machine"),
  rpcAllow: list(subnet, "ADDRESS[/BITS]", "who else may use JSON-RPC"),
  rpcUser: single(text(256), undefined, "NAME", "user name for JSON-RPC instead of the cookie file"),
  rpcPassword: secret(text(1024), "TEXT", "password for JSON-RPC instead of the cookie file"),
  rest: single(boolean, false, "yes|no", "offer the daemon's REST interface on the JSON-RPC port"),
  apiPort: single(portOrOff, undefined, "PORT|off", "port of the REST and WebSocket interface"),
  bandwidthTest: single(
    integer(0, 10_000_000),
    6000,
    "MEGABYTES",
    "test data that this node exchanges in an hour with others who measure their bandwidth; 0: none",
  ),
  listen: single(z.union([z.literal("off"), address]), undefined, "HOST[:PORT]|off", "address to accept peers on"),
  connect: list(address, "HOST[:PORT]", "connect to these peers only"),
  addNode: list(address, "HOST[:PORT]", "connect to these peers, too"),
  externalAddress: list(address, "HOST[:PORT]", "address under which peers reach this machine"),
  maxConnections: single(integer(1, 100_000), 125, "NUMBER", "limit of connections to peers"),
  dbCache: single(integer(4, 65_536), 16, "MIB", "memory for pages of the chain's database"),
  prune: single(pruneTarget, 0, "MIB", "remove the oldest blocks while all take more than this; 0: keep all"),
  index: single(boolean, false, "yes|no", "keep the transaction, address, spent and timestamp indexes"),
  persistMempool: single(boolean, true, "yes|no", "keep the memory pool over a restart"),
  mempoolCostLimit: single(integer(1, 1e12), 80_000_000, "BYTES", "size at which the memory pool evicts transactions"),
  mempoolEvictionMemory: single(integer(0, 1e6), 60, "MINUTES", "how long an evicted transaction is not taken again"),
  minRelayFee: single(feeRate, "0.000001", "FLUX", "fee for 1000 bytes below which a transaction counts as free"),
  freeRelayLimit: single(integer(0, 1e9), 500, "KB", "thousand bytes of free transactions taken from peers per minute"),
  relayPriority: single(boolean, false, "yes|no", "take free transactions only with the priority for a block"),
  maxOrphans: single(integer(0, 100_000), 100, "NUMBER", "transactions kept whose parents are not known"),
  dataCarrier: single(boolean, true, "yes|no", "take transactions with data outputs"),
  dataCarrierSize: single(integer(0, 10_000), 80, "BYTES", "size of the data in such an output"),
  bareMultisig: single(boolean, true, "yes|no", "take outputs to several keys without a script hash"),
  blockMaxSize: single(integer(1000, 1_999_000), 1_999_000, "BYTES", "size of the blocks that this node makes"),
  blockPrioritySize: single(
    integer(0, 1_999_000),
    1_000_000,
    "BYTES",
    "part of them that goes by priority, not by fee",
  ),
  mine: single(boolean, false, "yes|no", "look for blocks by proof of work"),
  mineAddress: single(text(128), undefined, "ADDRESS", "where blocks of this node pay to; none: a key of its own"),
  mineThreads: single(integer(1, 256), undefined, "NUMBER", "threads that look for blocks; none: one per processor"),
  apps: single(boolean, true, "yes|no", "run apps"),
  benchInterval: single(integer(0, 168), undefined, "HOURS", "how often a fluxnode measures its machine; 0: never"),
  benchTraffic: single(
    integer(0, 1_000_000),
    2000,
    "MEGABYTES",
    "limit of the test data when a fluxnode measures its bandwidth; 0: it does not",
  ),
  benchProfile: single(text(4096), "operators-2026", "NAME|FILE", "the tiers that a fluxnode measures itself by"),
  fluxnodeKey: secret(privateKey, "WIF", "identity key; makes this machine a fluxnode"),
  fluxnodeCollateral: single(collateral, undefined, "TXID:INDEX", "collateral output of this fluxnode"),
  fluxnodeAddress: single(address, undefined, "HOST[:PORT]", "public address of this fluxnode, for attestor=key"),
  attestor: single(z.enum(ATTESTORS), "external", ATTESTORS.join("|"), "who signs this fluxnode's benchmark results"),
  attestorKey: secret(privateKey, "WIF", "benchmark key of a network of your own, for attestor=key"),
  attestorTier: single(
    z.enum(["measured", "cumulus", "nimbus", "stratus"]),
    "measured",
    "measured|cumulus|nimbus|stratus",
    "tier that attestor=key attests",
  ),
  benchmarkDirectory: single(
    text(4096),
    undefined,
    "FOLDER",
    "where fluxbench-cli and fluxbenchd are; none: beside fluxnode",
  ),
} as const;

export type OptionName = keyof typeof OPTIONS;
export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

type ValueOf<Option> = Option extends { list: true; schema: z.ZodType<infer Value, string> }
  ? readonly Value[]
  : Option extends { schema: z.ZodType<infer Value, string>; default: infer Default }
    ? Value | (Default extends undefined ? undefined : Value)
    : never;

/** The value of every option, checked. */
export type Settings = { readonly [Name in OptionName]: ValueOf<(typeof OPTIONS)[Name]> };

/** "rpcPort" → "rpc-port": the name in files and, with two dashes, on the command line. */
export function optionKey(name: OptionName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** "rpcPort" → "FLUXNODE_RPC_PORT". */
export function environmentName(name: OptionName): string {
  return `FLUXNODE_${optionKey(name).replaceAll("-", "_").toUpperCase()}`;
}

const NAME_OF_KEY = new Map(OPTION_NAMES.map((name) => [optionKey(name), name]));

export function optionOfKey(key: string): OptionName | undefined {
  return NAME_OF_KEY.get(key);
}
