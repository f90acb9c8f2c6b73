import { type VersionMessage, verackMessage, versionMessage } from "../../src/p2p/messages/index.ts";
import type { TcpListener } from "../../src/platform/tcp/index.ts";
import type { NetworkParams } from "../../src/protocol/params/index.ts";
import { removeScratchFolders } from "../chain/test-store.ts";
import { TestNode, type TestNodeOptions, until } from "./test-node.ts";
import { versionOf, WirePeer } from "./wire-peer.ts";

const nodes: TestNode[] = [];
const peers: WirePeer[] = [];
const listeners: TcpListener[] = [];

/** Starts a node that {@link endAll} stops. */
export async function startNode(options: TestNodeOptions): Promise<TestNode> {
  const node = await TestNode.start(options);
  nodes.push(node);
  return node;
}

/** Stops a node before the end of the test. */
export async function stopNode(node: TestNode): Promise<void> {
  nodes.splice(nodes.indexOf(node), 1);
  await node.stop();
}

/** A peer that went through the handshake with a node. */
export async function introducedPeer(node: TestNode, parts: Partial<VersionMessage> = {}): Promise<WirePeer> {
  const peer = await WirePeer.introduced(node.chain.params, node.port, parts);
  peers.push(peer);
  return peer;
}

/** A peer that said nothing yet. */
export async function silentPeer(node: TestNode): Promise<WirePeer> {
  const peer = await WirePeer.connect(node.chain.params, node.port);
  peers.push(peer);
  return peer;
}

/** Listens for nodes that connect by themselves. */
export function listeningPeer(params: NetworkParams) {
  const came: WirePeer[] = [];
  const listener = WirePeer.listen(params, (peer) => {
    peers.push(peer);
    came.push(peer);
  });
  listeners.push(listener);
  return {
    port: listener.port,
    came,
    /** The next one who comes, after the handshake. */
    async introduced(parts: Partial<VersionMessage> = {}): Promise<WirePeer> {
      await until("somebody connects", () => came.length > 0);
      const peer = came.shift() as WirePeer;
      await peer.hear("version");
      peer.send(versionMessage, versionOf(parts));
      peer.send(verackMessage, undefined);
      await peer.hear("verack");
      return peer;
    },
  };
}

/** For `afterEach`. */
export async function endAll(): Promise<void> {
  for (const listener of listeners.splice(0)) listener.stop();
  for (const peer of peers.splice(0)) peer.end();
  for (const node of nodes.splice(0)) await node.stop();
  removeScratchFolders();
}
