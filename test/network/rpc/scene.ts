import { NodeMining } from "../../../src/node/node-mining.ts";
import { rpcContext } from "../../../src/node/rpc-context.ts";
import { rpcNetwork } from "../../../src/node/rpc-peers.ts";
import { createClock, SILENT_LOG } from "../../../src/platform/index.ts";
import { fromHex } from "../../../src/protocol/bytes/index.ts";
import { decodeTransaction } from "../../../src/protocol/primitives/index.ts";
import {
  createRpcHandler,
  type JsonInput,
  NO_MINING,
  parseJson,
  type RpcFluxnode,
  type RpcHandler,
  type RpcServer,
  startRpcServer,
} from "../../../src/server/rpc/index.ts";
import { blocksOf, keysOf, MOCK_TIME, networkOf } from "../../chain/recorded-set.ts";
import { connectAll } from "../../chain/test-store.ts";
import { fakeContext, MAIN } from "../../unit/server/rpc/fake-context.ts";
import { introducedPeer, startNode } from "../test-network.ts";
import type { TestNode } from "../test-node.ts";
import type { WirePeer } from "../wire-peer.ts";
import { type Facts, factsOf } from "./facts.ts";

/** Two fluxnodes whose delegates start them in the next blocks of the recorded chain are not listed here. */
const SCENE_HEIGHT = 1257;
const AUTHORIZATION = { user: "user", password: "password" };

/** Which network's node is asked: some methods are there on one of them only. */
export type Where = "test" | "main";

/** An answer as it came over HTTP; numbers keep their text. */
export interface Reply {
  readonly status: number;
  readonly result: JsonInput;
  readonly error: { readonly code: number; readonly message: string } | null;
}

function serverOf(handler: RpcHandler): RpcServer {
  const server = startRpcServer({ hosts: ["127.0.0.1"], port: 0, authorization: AUTHORIZATION });
  server.open(handler);
  return server;
}

/** A fluxnode with a benchmark program that says what it is told to; each of its confirmations is sent. */
function fluxnode(collateral: Facts["confirmed"], { hex }: Facts["unspent"]): RpcFluxnode {
  return {
    collateral,
    benchmarks: {
      isRunning: async () => true,
      benchmarks: async () => '{"status":"CUMULUS"}',
      status: async () => '{"flux":"connected"}',
      start: async () => {},
      stop: async () => {},
    },
    confirm: async () => ({ kind: "sent", tx: decodeTransaction(fromHex(hex)) }),
  };
}

/** A whole node with a peer and a JSON-RPC server, high up in a recorded chain; beside it a server of the main network. */
export class Scene {
  readonly facts: Facts;
  readonly keys = keysOf("regtest-a");
  readonly node: TestNode;
  readonly peer: WirePeer;
  stops = 0;
  private readonly servers: Readonly<Record<Where, RpcServer>>;

  private constructor(node: TestNode, peer: WirePeer, facts: Facts) {
    this.node = node;
    this.peer = peer;
    this.facts = facts;
    const main = { ...fakeContext(MAIN), mining: { ...NO_MINING, setGenerating: async () => {} } };
    this.servers = { test: serverOf(createRpcHandler(this.context())), main: serverOf(createRpcHandler(main)) };
  }

  static async open(): Promise<Scene> {
    const node = await startNode({ params: networkOf("regtest-a"), indexes: true });
    await connectAll(node.chain, blocksOf("regtest-a").slice(0, SCENE_HEIGHT));
    return new Scene(node, await introducedPeer(node), await factsOf(node.chain));
  }

  private context() {
    const { chain, network: peers, directory } = this.node;
    const clock = createClock(MOCK_TIME);
    const network = rpcNetwork(peers, clock, 100n);
    const settings = { mine: false, mineAddress: undefined, mineThreads: undefined };
    const { connections } = network;
    const { confirmed: collateral, unspent } = this.facts;
    const shown = { address: "1.2.3.4:26125", privateKey: "secret" };
    return rpcContext({
      chain,
      clock,
      network,
      mining: new NodeMining({ chain, clock, directory, settings, fluxnode: null, connections, log: SILENT_LOG }),
      fluxnode: fluxnode(collateral, unspent),
      nodeList: [
        { alias: "listed", ...shown, collateral },
        { alias: "unknown", ...shown, collateral: { ...collateral, index: 99 } },
      ],
      stop: () => {
        this.stops++;
      },
    });
  }

  url(where: Where = "test"): string {
    return `http://127.0.0.1:${this.servers[where].port}/`;
  }

  async call(method: string, params: readonly unknown[], where: Where = "test"): Promise<Reply> {
    const response = await fetch(this.url(where), {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${AUTHORIZATION.user}:${AUTHORIZATION.password}`)}` },
      body: JSON.stringify({ method, params, id: 1 }),
    });
    const { result, error } = parseJson(await response.text()) as unknown as Reply;
    return { status: response.status, result, error };
  }

  /** The answer of a call that must work. */
  async result<T = JsonInput>(method: string, ...params: readonly unknown[]): Promise<T> {
    const { result, error } = await this.call(method, params);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.servers).map((server) => server.stop()));
  }
}
