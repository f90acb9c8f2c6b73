import type { Chain } from "../chain/index.ts";
import { postHttp } from "../platform/http/index.ts";
import { type DataDirectory, dataDirectory, FluxError, readTextFile } from "../platform/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import {
  createRpcHandler,
  type JsonInput,
  JsonNumber,
  RpcError,
  RpcErrorCode,
  type RpcHandler,
  writeJson,
} from "../server/rpc/index.ts";
import { type ExactJson, exactNumber, isExactObject, numberOf, parseExactJson } from "./exact-json.ts";
import { healthPage } from "./health-page.ts";
import { type OpenedChain, openChain } from "./open-chain.ts";
import { rpcContext } from "./rpc-context.ts";
import { type RpcEndpoint, readRpcEndpoint } from "./rpc-endpoint.ts";
import { type SnapshotReport, snapshotReport } from "./snapshot-report.ts";

export interface ChainAccessOptions {
  readonly params: NetworkParams;
  /** Root of the data directory. */
  readonly root: string;
  /** What the node asks for instead of its cookie; null for the cookie. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

/** The RPC methods on a data directory, answered by the node that runs on it or by this process. */
export interface ChainAccess {
  /** True if a node runs on the data directory. */
  readonly running: boolean;
  /** The chain itself; null while a node has it. */
  readonly chain: Chain | null;
  /** @throws RpcError from the method; FluxError connection-refused …, warming-up, node-needed */
  call(method: string, params: readonly JsonInput[]): Promise<ExactJson>;
  /** What is known of the snapshot that the chain began with; null for a chain from genesis. */
  snapshot(): Promise<SnapshotReport | null>;
  close(): Promise<void>;
}

/**
 * Opens the chain of a data directory, or finds the node that has it. Which of the two it is the lock of the directory says:
 * rpc.json may be left over from a node that was killed.
 * @throws FluxError datadir-not-found, chain-not-found, datadir-in-use (by something that offers no RPC) …
 */
export async function accessChain({ params, root, credentials }: ChainAccessOptions): Promise<ChainAccess> {
  try {
    return new OfflineAccess(await openChain({ params, root, create: false, indexes: false }));
  } catch (error) {
    if (!(error instanceof FluxError && error.code === "datadir-in-use")) throw error;
    const directory = dataDirectory(root, params.name);
    const endpoint = readRpcEndpoint(directory);
    if (endpoint === null) throw error;
    return new NodeAccess(directory, endpoint, credentials);
  }
}

/**
 * The node that runs on a data directory.
 * @throws FluxError no-node (kind "unreachable") if none has said where it is
 */
export function nodeAccess({ params, root, credentials }: ChainAccessOptions): ChainAccess {
  const directory = dataDirectory(root, params.name);
  const endpoint = readRpcEndpoint(directory);
  if (endpoint !== null) return new NodeAccess(directory, endpoint, credentials);
  throw new FluxError("no-node", `no node runs on the data directory ${directory.networkFolder}`, {
    kind: "unreachable",
  });
}

/** Methods that are about a process, not about a chain. */
const NODE_ONLY: readonly string[] = ["stop", "setmocktime"];

class OfflineAccess implements ChainAccess {
  readonly running = false;
  readonly chain: Chain;
  private readonly opened: OpenedChain;
  private readonly handler: RpcHandler;
  private internalError: unknown = null;

  constructor(opened: OpenedChain) {
    this.opened = opened;
    this.chain = opened.chain;
    const reportInternalError = (_: string, error: unknown) => {
      this.internalError = error;
    };
    const { chain, clock } = opened;
    this.handler = createRpcHandler(rpcContext({ chain, clock, stop: () => {}, reportInternalError }));
  }

  async call(method: string, params: readonly JsonInput[]): Promise<ExactJson> {
    if (NODE_ONLY.includes(method)) {
      throw new FluxError("node-needed", `${method} is for a running node, and none runs on this data directory`, {
        kind: "unreachable",
        hint: "start one with `fluxnode start`",
      });
    }
    try {
      return parseExactJson(writeJson(await this.handler(method, params)));
    } catch (error) {
      // Over the network the cause of such an error is nobody's business; here it is what the reader needs.
      throw this.internalError ?? error;
    }
  }

  async snapshot(): Promise<SnapshotReport | null> {
    const { standing } = this.chain.history;
    return standing && { ...standing, validatedHeight: standing.validated ? standing.height : null };
  }

  close(): Promise<void> {
    return this.opened.close();
  }
}

class NodeAccess implements ChainAccess {
  readonly running = true;
  readonly chain = null;
  private readonly directory: DataDirectory;
  private readonly endpoint: RpcEndpoint;
  private readonly credentials: ChainAccessOptions["credentials"];

  constructor(directory: DataDirectory, endpoint: RpcEndpoint, credentials: ChainAccessOptions["credentials"]) {
    this.directory = directory;
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  async call(method: string, params: readonly JsonInput[]): Promise<ExactJson> {
    const { host, port } = this.endpoint;
    const headers = { authorization: `Basic ${Buffer.from(this.secret()).toString("base64")}` };
    const { status, body } = await postHttp({ host, port, headers, body: requestText(method, params) });
    if (status === 401 || status === 403) {
      throw new FluxError("rpc-unauthorised", `the node at port ${port} does not let this user in (HTTP ${status})`, {
        hint: "use the configuration that the node was started with: rpc-user and rpc-password, or the same data directory",
        kind: "refused",
      });
    }
    if (status === 503) throw new FluxError("shutting-down", "the node is shutting down", { kind: "not-ready" });
    return resultOf(body, status);
  }

  private secret(): string {
    if (this.credentials) return `${this.credentials.user}:${this.credentials.password}`;
    try {
      return readTextFile(this.directory.file(".cookie"), 4096).trim();
    } catch (error) {
      if (!(error instanceof FluxError && error.code === "file-not-found")) throw error;
      throw new FluxError("cookie-missing", `the node's cookie file ${this.directory.file(".cookie")} is not there`, {
        hint: "the node is starting or stopping, or it uses rpc-user and rpc-password: set them here, too",
        kind: "not-ready",
      });
    }
  }

  async snapshot(): Promise<SnapshotReport | null> {
    const { host, port } = this.endpoint;
    return snapshotReport((await healthPage(host, port, "/ready"))?.snapshot);
  }

  async close(): Promise<void> {}
}

function requestText(method: string, params: readonly JsonInput[]): string {
  const keepText = (_: string, value: unknown) => (value instanceof JsonNumber ? exactNumber(value.text) : value);
  return JSON.stringify({ method, params, id: 1 }, keepText);
}

function resultOf(body: string, status: number): ExactJson {
  let reply: ExactJson;
  try {
    reply = parseExactJson(body);
  } catch {
    throw new FluxError("rpc-failed", `the node answered HTTP ${status}: ${body.slice(0, 200)}`);
  }
  if (!isExactObject(reply)) throw new FluxError("rpc-failed", "the node's answer is no JSON-RPC reply");
  const { error, result } = reply;
  if (!isExactObject(error)) return result ?? null;
  const code = numberOf(error.code);
  const message = String(error.message);
  if (code === RpcErrorCode.warmingUp) {
    throw new FluxError("warming-up", `the node is not ready yet: ${message}`, { kind: "not-ready" });
  }
  throw new RpcError(code, message);
}
