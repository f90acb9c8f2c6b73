import type { Settings } from "../platform/config/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import type { RpcEndpoint } from "./rpc-endpoint.ts";

export interface NodeOptions {
  readonly params: NetworkParams;
  /** Root of the data directory. */
  readonly root: string;
  readonly settings: Settings;
  /** Fixed Unix time; refused on the main network. */
  readonly mockTime?: number | undefined;
  /** Of this program, for the log. */
  readonly version: string;
  /** What the program was built from; null if nobody knows. */
  readonly commit?: string | null;
  /** The log goes to a file; this says whether to stderr, too. */
  readonly logToStderr: boolean;
  /** Takes the lines in place of stderr. */
  readonly echoLog?: ((line: string) => void) | undefined;
  /** Called when the node begins to stop, for whatever reason. */
  readonly onStopping?: (() => void) | undefined;
}

/** How far a node is. */
export interface NodeProgress {
  readonly height: number;
  /** Height of the best header. */
  readonly headers: number;
  readonly syncing: boolean;
  readonly peers: number;
  /** Share of the history below a snapshot that is validated, 0 to 1; null when there is none to validate. */
  readonly history: number | null;
}

/** A node that answers. */
export interface RunningNode {
  readonly rpc: RpcEndpoint;
  /** Of the chain when the node got ready. */
  readonly height: number;
  /** How far it is at this moment. */
  progress(): NodeProgress;
  /** Begins to stop; calling it again does nothing. */
  stop(): void;
  /** Follows a rotation of the log file. */
  reopenLog(): void;
  /** Resolves when everything is written and closed; rejects with what made the node stop by itself. */
  readonly finished: Promise<void>;
}
