import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import { MAGIC } from "./test-chain.mjs";

export const sha256d = (bytes) => createHash("sha256").update(createHash("sha256").update(bytes).digest()).digest();

const NOWHERE = Buffer.alloc(26);

/** A message as it goes over the wire. @param length another one than the payload's */
export function frame(command, payload = Buffer.alloc(0), { length = payload.length, magic = MAGIC } = {}) {
  const head = Buffer.alloc(24);
  magic.copy(head);
  head.write(command, 4, "latin1");
  head.writeUInt32LE(length, 16);
  sha256d(payload).copy(head, 20, 0, 4);
  return Buffer.concat([head, payload]);
}

/** What a peer says first: it speaks version 170021, has blocks, and is at height 0. */
export function introduction() {
  const head = Buffer.alloc(20);
  head.writeInt32LE(170_021);
  head.writeBigUInt64LE(5n, 4);
  head.writeBigInt64LE(BigInt(Math.floor(Date.now() / 1000)), 12);
  const agent = Buffer.from("\x08/test:1/", "latin1");
  const end = Buffer.from([0, 0, 0, 0, 1]);
  const version = Buffer.concat([head, NOWHERE, NOWHERE, randomBytes(8), agent, end]);
  return Buffer.concat([frame("version", version), frame("verack")]);
}

/**
 * A connection of a test's own to a node, from any address of this machine's own network 127/8. It reads and forgets what
 * comes, but for the commands.
 */
export class WirePeer {
  /** Commands that came, with how often. */
  heard = new Map();
  isClosed = false;
  #rest = Buffer.alloc(0);
  #pongs = new Set();

  constructor(socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.isClosed = true;
        resolve();
      });
    });
    socket.on("error", () => {});
    socket.on("data", (bytes) => this.#read(bytes));
  }

  /** @returns a peer that may be refused already: then it closes soon */
  static connect(t, port, localAddress = "127.0.0.1") {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    const peer = new WirePeer(socket);
    t.teardown(() => socket.destroy());
    const connected = new Promise((resolve) => socket.once("connect", resolve));
    return Promise.race([connected, peer.closed]).then(() => peer);
  }

  static async introduced(t, port, localAddress) {
    const peer = await WirePeer.connect(t, port, localAddress);
    peer.send(introduction());
    return peer;
  }

  #read(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 24) {
      const end = 24 + this.#rest.readUInt32LE(16);
      if (this.#rest.length < end) return;
      const command = this.#rest.toString("latin1", 4, 16).replace(/\0+$/, "");
      this.heard.set(command, (this.heard.get(command) ?? 0) + 1);
      if (command === "pong") this.#pongs.add(this.#rest.toString("hex", 24, end));
      this.#rest = this.#rest.subarray(end);
    }
  }

  send(bytes) {
    if (!this.isClosed) this.socket.write(bytes);
  }

  /** Resolves when everything sent so far was dealt with, or the node hung up. */
  async settled() {
    const nonce = randomBytes(8);
    this.send(frame("ping", nonce));
    while (!this.isClosed && !this.#pongs.has(nonce.toString("hex"))) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  end() {
    this.socket.destroy();
  }
}

/** The number in front of a list. */
export function count(number) {
  if (number < 253) return Buffer.from([number]);
  const wide = Buffer.alloc(9);
  wide[0] = 0xff;
  wide.writeBigUInt64LE(BigInt(number), 1);
  if (number > 0xffffffff) return wide;
  const middle = Buffer.alloc(number > 0xffff ? 5 : 3);
  middle[0] = number > 0xffff ? 0xfe : 0xfd;
  middle.writeUIntLE(number, 1, middle.length - 1);
  return middle;
}

/** Entries of `inv` and `getdata`. */
export function inventory(type, hashes) {
  const items = hashes.map((hash) => {
    const item = Buffer.alloc(36);
    item.writeUInt32LE(type);
    hash.copy(item, 4);
    return item;
  });
  return Buffer.concat([count(items.length), ...items]);
}
