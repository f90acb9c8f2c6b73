import type { Confirmation } from "../../fluxnode/index.ts";
import type { OutPoint } from "../../protocol/primitives/index.ts";

/** The program that measures this machine, or the node's own measurement, in the daemon's terms. */
export interface RpcBenchmarks {
  isRunning(): Promise<boolean>;
  /** The text of the benchmark daemon's client for `getbenchmarks`. */
  benchmarks(): Promise<string>;
  /** Likewise for `getstatus`. */
  status(): Promise<string>;
  /** @throws FluxError when it cannot be started */
  start(): Promise<void>;
  /** @throws FluxError when it cannot be stopped */
  stop(): Promise<void>;
}

/** The fluxnode that this machine is. */
export interface RpcFluxnode {
  readonly collateral: OutPoint;
  readonly benchmarks: RpcBenchmarks;
  /** Makes an UPDATE_CONFIRM, has it attested, and sends it. */
  confirm(): Promise<Confirmation>;
}
