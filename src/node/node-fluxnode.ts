import type { Chain } from "../chain/index.ts";
import {
  type Attestor,
  AutomaticConfirmation,
  BenchmarkProgram,
  type BenchmarkSource,
  bypassAttestor,
  type Confirmation,
  confirmFluxnode,
  ExternalAttestor,
  type FluxnodeIdentity,
  KeyAttestor,
  NO_ATTESTOR,
  NOT_MEASURED,
} from "../fluxnode/index.ts";
import type { Settings } from "../platform/config/index.ts";
import { FluxError, type Log, later } from "../platform/index.ts";
import { programDirectory } from "../platform/programs/index.ts";
import type { Tier } from "../protocol/fluxnodes/index.ts";
import { decodeWif, formatOutPoint, type OutPoint, type Transaction } from "../protocol/primitives/index.ts";
import type { RpcBenchmarks, RpcFluxnode } from "../server/rpc/index.ts";
import { fluxnodeAddressText } from "./fluxnode-address.ts";
import { ownBenchmarks, programBenchmarks } from "./rpc-benchmarks.ts";

export interface NodeFluxnodeOptions {
  readonly chain: Chain;
  readonly identity: FluxnodeIdentity;
  readonly settings: Pick<
    Settings,
    "attestor" | "attestorKey" | "attestorTier" | "fluxnodeAddress" | "benchmarkDirectory"
  >;
  /** What the node itself measured; default: nothing. */
  readonly benchmarks?: BenchmarkSource;
  /** Offers a transaction of the pool to the peers. */
  readonly relay: (tx: Transaction) => void;
  readonly log: Log;
}

const TIERS: Readonly<Record<string, Tier>> = { cumulus: 1, nimbus: 2, stratus: 3 };
/** How long the benchmark daemon may take to come up. */
const START_MILLIS = 4000;

/** True where the operating system looks after the benchmark daemon and the node's keys: the variable's presence counts (spec fluxnode-config.md 2.1). */
export function isBenchmarkUnmanaged(): boolean {
  return process.env.UNMANAGED_FLUXBENCHD !== undefined;
}

/** This machine as a fluxnode: attested, confirmed by itself, and told of by RPC. */
export class NodeFluxnode implements RpcFluxnode {
  readonly collateral: OutPoint;
  readonly benchmarks: RpcBenchmarks;
  private readonly options: NodeFluxnodeOptions;
  private readonly attestor: Attestor;
  private readonly automatic: AutomaticConfirmation;
  private readonly ending = new AbortController();

  /** @throws FluxError attestor-settings, attestor-key-invalid, attestor-key-unknown (kind "usage") */
  constructor(options: NodeFluxnodeOptions) {
    this.options = options;
    const { chain, identity, relay, log, benchmarks = NOT_MEASURED } = options;
    this.collateral = identity.collateral;
    const program = this.program();
    this.benchmarks = program ? programBenchmarks(program) : ownBenchmarks(benchmarks);
    this.attestor = program ? new ExternalAttestor(program, chain.params) : this.ownAttestor(benchmarks);
    const { attestor } = this;
    this.automatic = new AutomaticConfirmation({ chain, identity, attestor, relay, log });
    log.info("this machine is a fluxnode", { node: formatOutPoint(identity.collateral), attestor: attestor.name });
    if (program) void this.supervise(program);
  }

  confirm(): Promise<Confirmation> {
    const { chain, identity, relay } = this.options;
    return confirmFluxnode("update", { chain, identity, attestor: this.attestor, relay });
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.automatic.stop();
  }

  /** The official benchmark daemon, if it is to attest. */
  private program(): BenchmarkProgram | null {
    const { chain, settings } = this.options;
    if (settings.attestor !== "external" || chain.params.rules.benchmarkBypass) return null;
    return new BenchmarkProgram({
      directory: settings.benchmarkDirectory ?? programDirectory(),
      testnet: chain.params.networkId === "test",
      signal: this.ending.signal,
    });
  }

  private ownAttestor(benchmarks: BenchmarkSource): Attestor {
    const { settings, chain } = this.options;
    const { params } = chain;
    const ip = fluxnodeAddressText(settings.fluxnodeAddress);
    if (params.rules.benchmarkBypass) return bypassAttestor(ip);
    if (settings.attestor === "none") return NO_ATTESTOR;
    const { attestorKey } = settings;
    if (attestorKey === undefined || ip === "") {
      const missing = attestorKey === undefined ? "attestor-key" : "fluxnode-address";
      throw new FluxError("attestor-settings", `attestor=key needs ${missing}`, { kind: "usage" });
    }
    const key = decodeWif(attestorKey, params.base58);
    if (!key) {
      throw new FluxError("attestor-key-invalid", "attestor-key is no private key of this network", { kind: "usage" });
    }
    return new KeyAttestor({ params, key, ip, tier: TIERS[settings.attestorTier] ?? null, benchmarks });
  }

  /** Starts the benchmark daemon if nobody else does. The daemon of the reference ends without it; this node goes on and says so. */
  private async supervise(program: BenchmarkProgram): Promise<void> {
    const { log } = this.options;
    const { missing } = program;
    if (missing.length > 0) {
      log.warn("the benchmark daemon is not there: nothing will be confirmed", {
        missing: missing.join(", "),
        fix: "install FluxBench, or set benchmark-directory",
      });
      return;
    }
    if (isBenchmarkUnmanaged() || (await program.isRunning())) return;
    // Its answer was cut off by the end of this node, and says nothing.
    if (this.ending.signal.aborted) return;
    try {
      await program.start();
    } catch (error) {
      log.warn("Failed to start benchmark application", {
        error: error instanceof Error ? error.message : String(error),
        fix: "check that this user may execute it; startfluxbenchd tries again",
      });
      return;
    }
    const cancel = later(START_MILLIS, async () => {
      if (!(await program.isRunning()) && !this.ending.signal.aborted) {
        log.warn("Failed to start benchmark application", {
          fix: "look at its debug.log; startfluxbenchd tries again",
        });
      }
    });
    this.ending.signal.addEventListener("abort", cancel, { once: true });
  }
}
