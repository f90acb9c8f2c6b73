import type { VersionMessage } from "../../src/p2p/messages/index.ts";
import { removeScratchFolders } from "../chain/test-store.ts";
import { TestNode, type TestNodeOptions } from "./test-node.ts";
import { WirePeer } from "./wire-peer.ts";

const nodes: TestNode[] = [];
const peers: WirePeer[] = [];

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

/** For `afterEach`. */
export async function endAll(): Promise<void> {
  for (const peer of peers.splice(0)) peer.end();
  for (const node of nodes.splice(0)) await node.stop();
  removeScratchFolders();
}
