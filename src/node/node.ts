import type { Chain } from "../chain/index.ts";
import { type FluxnodeIdentity, fluxnodeIdentity } from "../fluxnode/index.ts";
import { type FluxError, type Log, type LogFile, SILENT_LOG } from "../platform/index.ts";
import { toDisplayHash } from "../protocol/bytes/index.ts";
import { EventStream } from "../server/events/index.ts";
import { CallStatistics, ChainCounters, healthPages } from "../server/health/index.ts";
import { type RestSource, restSite } from "../server/rest/index.ts";
import {
  createRpcHandler,
  type RpcHandler,
  type RpcNetwork,
  type RpcServer,
  startRpcServer,
} from "../server/rpc/index.ts";
import { benchmarkSummary } from "./benchmark-summary.ts";
import { chainSettings, relayFeeRate } from "./chain-settings.ts";
import { claimPatiently } from "./claim-patiently.ts";
import { KeptMempool } from "./kept-mempool.ts";
import { type NodeApi, openApi } from "./node-api.ts";
import { type NodeBenchmarks, startBenchmarks } from "./node-benchmarks.ts";
import { isBenchmarkUnmanaged, NodeFluxnode } from "./node-fluxnode.ts";
import { NodeHistory } from "./node-history.ts";
import { readNodeList } from "./node-list.ts";
import { openNodeLog } from "./node-log.ts";
import { NodeMining } from "./node-mining.ts";
import { type NodePeers, openPeers } from "./node-peers.ts";
import { NodeRebuild } from "./node-rebuild.ts";
import type { ClaimedDirectory } from "./open-chain.ts";
import { peerFigures } from "./peer-figures.ts";
import { refusingHandler } from "./refusing-handler.ts";
import { type RpcBinding, rpcBinding } from "./rpc-binding.ts";
import { DAEMON_VERSION, rpcContext } from "./rpc-context.ts";
import { type RpcEndpoint, removeRpcEndpoint, writeRpcEndpoint } from "./rpc-endpoint.ts";
import { addressesSeen, rpcNetwork } from "./rpc-peers.ts";
import type { NodeOptions, NodeProgress, RunningNode } from "./running-node.ts";
import { tipLog } from "./tip-log.ts";

/**
 * Starts a node: takes the data directory, opens log, RPC (which answers "not ready") and chain, and lets the RPC work.
 * @throws FluxError when one of them cannot be had; everything is given back then
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { params, root, settings, mockTime } = options;
  const binding = rpcBinding(settings, params);
  const claimed = await claimPatiently({
    params,
    root,
    create: true,
    indexes: settings.index,
    chainOptions: chainSettings(settings),
    mockTime,
  });
  const node = new Node(options, binding, claimed);
  try {
    await node.start();
    return node;
  } catch (error) {
    await node.end(error);
    throw error;
  }
}

class Node implements RunningNode {
  private readonly options: NodeOptions;
  private readonly binding: RpcBinding;
  private readonly claimed: ClaimedDirectory;
  private readonly calls = new CallStatistics();
  private restSource: RestSource | null = null;
  private readonly events = new EventStream();
  private readonly counters = new ChainCounters();
  private readonly completion = Promise.withResolvers<void>();
  private logFile: LogFile | null = null;
  private log: Log = SILENT_LOG;
  private server: RpcServer | null = null;
  private api: NodeApi | null = null;
  private chain: Chain | null = null;
  private peers: NodePeers | null = null;
  private mempool: KeptMempool | null = null;
  private mining: NodeMining | null = null;
  private rebuild: NodeRebuild | null = null;
  private history: NodeHistory | null = null;
  private distrust: FluxError | null = null;
  private fluxnode: NodeFluxnode | null = null;
  private benchmarks: NodeBenchmarks | null = null;
  private ending: Promise<void> | null = null;

  constructor(options: NodeOptions, binding: RpcBinding, claimed: ClaimedDirectory) {
    this.options = options;
    this.binding = binding;
    this.claimed = claimed;
    // Whoever starts the node may look at it late or never.
    this.completion.promise.catch(() => {});
  }

  get rpc(): RpcEndpoint {
    return { host: this.binding.clientHost, port: this.server?.port ?? this.binding.port, pid: process.pid };
  }

  get height(): number {
    return this.chain?.height ?? 0;
  }

  progress(): NodeProgress {
    const view = this.chain?.view;
    const peers = this.peers?.network.peers.all().length ?? 0;
    if (!view) return { height: 0, headers: 0, syncing: true, peers, history: null };
    const snapshot = this.history?.progress;
    const history = snapshot && !snapshot.validated ? (snapshot.validatedHeight ?? 0) / snapshot.height : null;
    return {
      height: view.tip.height,
      headers: view.bestHeader.height,
      syncing: view.initialDownload,
      peers,
      history,
    };
  }

  get finished(): Promise<void> {
    return this.completion.promise;
  }

  async start(): Promise<void> {
    this.openLog();
    const { clock, directory } = this.claimed;
    const { params, settings } = this.options;
    const nodeList = readNodeList(directory, params, this.log);
    this.startRpc();
    this.api = openApi(settings, params, this.log.part("api"));
    const chain = await this.claimed.openChain();
    this.chain = chain;
    chain.onFailure((failure) => void this.end(failure));
    chain.onTip(tipLog(this.log.part("chain")));
    chain.onTip(this.counters.onTip);
    chain.onTip(this.events.onTip);
    chain.pool.onChange(this.events.onPool);
    chain.pool.onChange(this.counters.onPool);
    const reportInternalError = (method: string, error: unknown) =>
      this.log.part("rpc").error("internal error", { method, error: String(error) });
    const network = this.openPeers(chain);
    const { connections } = network;
    this.startRebuild(chain);
    const identity = fluxnodeIdentity(settings, chain.params);
    this.mining = new NodeMining({ chain, clock, directory, settings, fluxnode: identity, connections, log: this.log });
    const { mining } = this;
    if (identity) this.startFluxnode(identity, chain, mining, network);
    const { fluxnode } = this;
    const stop = () => this.stop();
    const keepsKeysApart = isBenchmarkUnmanaged();
    const parts = { chain, clock, network, mining, fluxnode, nodeList, keepsKeysApart };
    const context = rpcContext({ ...parts, stop, reportInternalError });
    const handler = createRpcHandler(context);
    this.restSource = { chain: context.chain, call: handler };
    this.server?.open(this.calls.count(handler));
    this.openHistory(chain, handler);
    this.log.info("ready", { height: chain.height, hash: toDisplayHash(chain.tipHash), indexes: chain.indexed });
    if (this.options.settings.persistMempool) {
      this.mempool = new KeptMempool(chain, this.claimed.directory, this.log.part("mempool"));
    }
  }

  private startRebuild(chain: Chain): void {
    if (!this.peers) return;
    const { download } = this.peers.network;
    const onFailure = (error: unknown) => void this.end(error);
    this.rebuild = new NodeRebuild({ chain, download, log: this.log.part("chain"), onFailure });
  }

  private openHistory(chain: Chain, handler: RpcHandler): void {
    const { peers } = this;
    if (!peers) return;
    const { clock, directory } = this.claimed;
    const log = this.log.part("history");
    const onRefuted = (error: FluxError) => this.onRefuted(error, handler);
    this.history = new NodeHistory({ chain, clock, directory, download: peers.network.history, log, onRefuted });
  }

  /** The chain is wrong: it is neither served nor gone on with, and whoever asks is told why. */
  private onRefuted(error: FluxError, handler: RpcHandler): void {
    this.distrust = error;
    this.restSource = null;
    this.server?.open(this.calls.count(refusingHandler(error, handler)));
    void this.mining?.stop();
    void this.fluxnode?.stop();
    this.peers?.close().catch((failure) => this.end(failure));
  }

  private openPeers(chain: Chain): RpcNetwork {
    const { clock, directory } = this.claimed;
    const { settings } = this.options;
    const { userAgent } = DAEMON_VERSION;
    this.peers = openPeers({ chain, clock, directory, settings, userAgent, log: this.log.part("p2p") });
    return rpcNetwork(this.peers.network, clock, relayFeeRate(settings));
  }

  private startFluxnode(identity: FluxnodeIdentity, chain: Chain, mining: NodeMining, network: RpcNetwork): void {
    const { root, settings, version, commit = null } = this.options;
    const miningThreads = () => (mining.generating ? mining.threads : null);
    const log = this.log.part("bench");
    const seenAs = () => addressesSeen(network.peers);
    this.benchmarks = startBenchmarks({ chain, root, settings, miningThreads, seenAs, version, commit, log });
    const benchmarks = this.benchmarks?.source;
    this.fluxnode = new NodeFluxnode({
      ...{ chain, identity, settings, relay: network.relay, log: this.log.part("fluxnode") },
      ...(benchmarks && { benchmarks }),
    });
  }

  private openLog(): void {
    const { log, file } = openNodeLog(this.options, this.claimed.directory);
    this.log = log;
    this.logFile = file;
    const { name: network } = this.options.params;
    const directory = this.claimed.directory.networkFolder;
    log.info("starting", { version: this.options.version, network, directory, pid: process.pid });
    log.warn("no FluxOS interface and no apps in this version: the API port offers only the bandwidth test");
    if (this.claimed.clock.mock !== null) log.warn("the clock stands still", { time: this.claimed.clock.mock });
  }

  private startRpc(): void {
    const log = this.log.part("rpc");
    this.server = startRpcServer({
      ...this.binding.server,
      authorization: this.binding.credentials ?? { cookieFile: this.claimed.directory.file(".cookie") },
      status: "Loading block index...",
      pages: this.pages(),
      ...(this.options.settings.rest && { rest: restSite(() => this.restSource) }),
      events: this.events.connect,
      onRefusedPassword: (client) => log.warn("wrong user or password", { client }),
    });
    writeRpcEndpoint(this.claimed.directory, this.rpc);
    log.info("listening", { host: this.rpc.host, port: this.rpc.port });
  }

  /** What the RPC port tells of the node's health. */
  private pages() {
    return healthPages({
      version: this.options.version,
      network: this.options.params.name,
      chain: () => this.chain,
      peers: () => this.peers && peerFigures(this.peers.network),
      history: () => this.history?.progress ?? null,
      distrust: () => this.distrust,
      calls: this.calls,
      counters: this.counters,
      benchmark: () => this.benchmarks && benchmarkSummary(this.benchmarks.status),
      uptime: () => process.uptime(),
      memory: () => {
        const { rss, heapUsed } = process.memoryUsage();
        return { resident: rss, heap: heapUsed };
      },
    });
  }

  stop(): void {
    // Not at once: a call that asks for it gets its answer first.
    setTimeout(() => void this.end(null), 0);
  }

  reopenLog(): void {
    try {
      this.logFile?.reopen();
    } catch (error) {
      this.log.error("the log file cannot be opened again", { error: String(error) });
    }
  }

  /**
   * Closes what is open: first the RPC, so that no call meets a closed chain. Never rejects; {@link finished} tells.
   * @param failure why the node cannot go on; null when it was asked to stop
   */
  end(failure: unknown): Promise<void> {
    this.ending ??= this.close(failure);
    return this.ending;
  }

  private async close(failure: unknown): Promise<void> {
    const problems: unknown[] = failure === null ? [] : [failure];
    this.options.onStopping?.();
    if (failure === null) this.log.info("stopping");
    else this.log.error("stopping because of an error", { error: String(failure) });
    const steps = [
      () => this.server && removeRpcEndpoint(this.claimed.directory),
      () => this.benchmarks?.stop(),
      // Before the server, which waits for callers who wait for new work.
      () => this.mining?.stop(),
      () => this.history?.stop(),
      () => this.fluxnode?.stop(),
      () => this.rebuild?.stop(),
      () => this.server?.stop(),
      () => this.api?.stop(),
      () => this.peers?.close(),
      () => this.mempool?.end(),
      () => this.chain?.close(),
      () => this.log.info("stopped"),
      () => this.logFile?.close(),
      () => this.claimed.release(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        this.log.error("this failed while stopping", { error: String(error) });
        problems.push(error);
      }
    }
    if (problems.length === 0) this.completion.resolve();
    else this.completion.reject(problems[0]);
  }
}
