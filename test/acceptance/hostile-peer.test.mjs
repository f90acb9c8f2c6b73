import { readFileSync } from "node:fs";
import t from "tap";
import { temporaryFolder } from "./run-fluxnode.mjs";
import { freePort, startNode } from "./running-node.mjs";
import { BLOCKS, importBlocks } from "./test-chain.mjs";
import { count, frame, inventory, sha256d, WirePeer } from "./wire.mjs";

t.setTimeout(300_000);

/** The clock of the daemon that recorded the chain. */
const MOCK_TIME = ["--mocktime", "1767400000"];
const HEIGHT = 300;
const FUZZED = 20_000;
const CONNECTIONS = 200;
/** What the daemon keeps free for peers of its own choice, out of 125. */
const INBOUND = 109;
/** Far above what the node needs, far below what is announced to it. */
const MEMORY_BYTES = 700_000_000;

const raw = BLOCKS.slice(0, HEIGHT + 60).map((hex) => Buffer.from(hex, "hex"));

/** Where the header of a block ends: its fixed fields, and a solution with its length. */
function headerOf(block) {
  return block.subarray(0, 141 + block[140]);
}

const hashes = raw.map((block) => sha256d(headerOf(block)));

async function until(what, reached) {
  for (const end = Date.now() + 120_000; !(await reached()); ) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function result(node, method, ...params) {
  const { result: value, error } = await node.rpc(method, ...params);
  if (error) throw new Error(`${method}: ${error.message}`);
  return value;
}

async function startPeer(t, folder, { connect, port } = {}) {
  const p2pPort = port ?? (await freePort());
  const others = connect ? ["--connect", `127.0.0.1:${connect}`] : [];
  const args = ["--listen", `127.0.0.1:${p2pPort}`, ...others, ...MOCK_TIME];
  const node = await startNode(t, folder, { args });
  node.p2pPort = p2pPort;
  return node;
}

function memoryOf({ child }) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) * 1024;
}

async function bannedBy(node) {
  return (await result(node, "listbanned")).map(({ address }) => address);
}

/** Numbers that look random and are the same in every run. */
function numbers(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const COMMANDS = [
  ..."version verack sendheaders sendcmpct addr getaddr inv getdata notfound getblocks getheaders headers".split(" "),
  ..."cmpheaders block tx cmpctblock getblocktxn blocktxn mempool ping pong alert filterload filteradd".split(" "),
  ..."filterclear merkleblock reject nonsense".split(" "),
];

/**
 * A message that means nothing; some with a damaged frame, with a length that is not the payload's, or with an impossible count.
 * None announces more bytes than follow: the node would wait for them, as it should.
 */
function fuzzed(next) {
  const command = COMMANDS[next(COMMANDS.length)];
  const payload = Buffer.from(Array.from({ length: next(150) }, () => next(256)));
  const kind = next(40);
  if (kind < 4) return frame(command, Buffer.concat([count(2 ** 40 + next(1000)), payload]));
  if (kind === 4) return frame(command, payload, { length: next(payload.length + 1) });
  if (kind === 5) return frame(command, payload, { length: 2 ** 31 + next(2 ** 31) });
  const message = frame(command, payload);
  // Magic and command, or the checksum.
  if (kind < 10) message[kind < 8 ? next(16) : 20 + next(4)] ^= 1 + next(255);
  return message;
}

t.test("peers that mean no good", async (t) => {
  const folder = temporaryFolder(t);
  const input = BLOCKS.slice(0, HEIGHT).join("\n");
  t.equal((await importBlocks(folder, "-", { input })).result?.height, HEIGHT);
  const node = await startPeer(t, folder);
  const { p2pPort } = node;
  const honest = await startPeer(t, temporaryFolder(t), { connect: p2pPort });
  const height = (each) => result(each, "getblockcount");
  await until("the honest node has the chain", async () => (await height(honest)) === HEIGHT);
  const before = memoryOf(node);
  let most = before;
  const measure = () => {
    most = Math.max(most, memoryOf(node));
  };

  // It asks for much, and never reads: held until the end.
  const slow = await WirePeer.introduced(t, p2pPort, "127.0.2.1");
  await slow.settled();
  slow.socket.pause();
  const everything = frame("getdata", inventory(2, hashes.slice(0, HEIGHT)));
  for (let i = 0; i < 200; i++) slow.send(everything);

  await t.test("framing, lengths, counts and checksums", async (t) => {
    const next = numbers(1);
    let banned = 0;
    let sent = 0;
    while (sent < FUZZED) {
      const host = `127.1.${banned >> 7}.${1 + (banned & 127)}`;
      const peer = await WirePeer.introduced(t, p2pPort, host);
      const messages = Array.from({ length: Math.min(40, FUZZED - sent) }, () => fuzzed(next));
      peer.send(Buffer.concat(messages));
      sent += messages.length;
      await peer.settled();
      // An address that was banned is refused from then on; the next one goes on.
      if ((await bannedBy(node)).includes(`${host}/255.255.255.255`)) banned++;
      peer.end();
      measure();
    }
    t.equal(sent, FUZZED);
    t.equal((await bannedBy(node)).length, banned);
    t.ok(banned > 0, "some of the messages were transactions of a kind that nobody knows");
    const oversized = await WirePeer.introduced(t, p2pPort, "127.0.2.2");
    oversized.send(frame("block", Buffer.alloc(0), { length: 2 * 1024 * 1024 + 1 }));
    await oversized.closed;
    const foreign = await WirePeer.introduced(t, p2pPort, "127.0.2.2");
    foreign.send(frame("ping", Buffer.alloc(8), { magic: Buffer.from("24e92764", "hex") }));
    await foreign.closed;
  });

  await t.test("points that lead to the end of the connection", async (t) => {
    const offences = {
      "headers without a known parent, 10 points": frame(
        "headers",
        Buffer.concat([count(1), headerOf(raw[HEIGHT + 50]), count(0)]),
      ),
      "blocks without a known parent, 10 points": frame("block", raw[HEIGHT + 50]),
      "too many announcements, 20 points": frame("inv", Buffer.concat([count(50_001), Buffer.alloc(36 * 50_001)])),
      "a filter that is too large, 100 points": frame(
        "filterload",
        Buffer.concat([count(36_001), Buffer.alloc(36_001), Buffer.alloc(9)]),
      ),
    };
    for (const [offence, message] of Object.entries(offences)) {
      const points = Number(/(\d+) points/.exec(offence)[1]);
      const peer = await WirePeer.introduced(t, p2pPort, "127.0.2.3");
      for (let score = points; score < 100; score += points) {
        peer.send(message);
        await peer.settled();
        const { banscore } = (await result(node, "getpeerinfo")).find(({ addr }) => addr.startsWith("127.0.2.3:"));
        t.equal(banscore, score, offence);
      }
      peer.send(message);
      await peer.closed;
      measure();
    }
    // An address of this machine is not banned by points, as in the daemon.
    t.notOk((await bannedBy(node)).includes("127.0.2.3/255.255.255.255"));
    const known = await WirePeer.introduced(t, p2pPort, "127.0.2.3");
    for (const block of raw.slice(0, 50)) known.send(frame("block", block));
    await known.settled();
    const { banscore } = (await result(node, "getpeerinfo")).find(({ addr }) => addr.startsWith("127.0.2.3:"));
    t.equal(banscore, 0, "blocks that are known already cost nothing");
  });

  await t.test("bans", async (t) => {
    const offender = await WirePeer.introduced(t, p2pPort, "127.0.3.1");
    offender.send(frame("tx", Buffer.from("0900008001020304000000000000", "hex")));
    await offender.closed;
    t.ok((await bannedBy(node)).includes("127.0.3.1/255.255.255.255"));
    const again = await WirePeer.connect(t, p2pPort, "127.0.3.1");
    await again.closed;

    const watched = await WirePeer.introduced(t, p2pPort, "127.0.3.2");
    await watched.settled();
    await result(node, "setban", "127.0.3.2", "add", 1000);
    await watched.closed;
    await (await WirePeer.connect(t, p2pPort, "127.0.3.2")).closed;
    await result(node, "setban", "127.0.3.2", "remove");
    const back = await WirePeer.introduced(t, p2pPort, "127.0.3.2");
    await back.settled();
    t.notOk(back.isClosed);
    back.end();
  });

  await t.test("many connections, each with a part of a large message", async (t) => {
    const part = frame("block", Buffer.alloc(2_000_000)).subarray(0, 100_000);
    const crowd = [];
    for (let i = 0; i < CONNECTIONS; i++) {
      const peer = await WirePeer.introduced(t, p2pPort, `127.0.4.${1 + (i % 200)}`);
      peer.send(part);
      crowd.push(peer);
    }
    await until("those for whom there is no room are gone", () => {
      measure();
      return crowd.filter(({ isClosed }) => isClosed).length >= CONNECTIONS - INBOUND;
    });
    t.ok((await result(node, "getconnectioncount")) <= INBOUND);

    for (const hex of BLOCKS.slice(HEIGHT, HEIGHT + 10)) await result(node, "submitblock", hex);
    await until("the honest node follows", async () => (await height(honest)) === HEIGHT + 10);
    const late = await startPeer(t, temporaryFolder(t), { connect: p2pPort });
    await until("a new honest node gets the chain", async () => (await height(late)) === HEIGHT + 10);
    t.equal(await result(late, "getbestblockhash"), await result(node, "getbestblockhash"));
    for (const peer of crowd) peer.end();
  });

  measure();
  t.comment(`memory of the node: ${before >> 20} MiB before, ${most >> 20} MiB at most`);
  t.ok(most - before < MEMORY_BYTES, "memory stays bounded", { before, most });
  slow.end();
  t.equal((await result(honest, "getpeerinfo"))[0]?.banscore, 0);

  const banned = await bannedBy(node);
  node.child.kill("SIGTERM");
  t.same(await node.ended, { code: 0, signal: null });
  const restarted = await startPeer(t, folder, { port: p2pPort });
  t.same((await bannedBy(restarted)).sort(), banned.sort(), "bans outlast a restart");
  await (await WirePeer.connect(t, p2pPort, "127.0.3.1")).closed;
  await until("the honest node is back", async () => (await result(honest, "getconnectioncount")) === 1);
  await result(restarted, "clearbanned");
  const forgiven = await WirePeer.introduced(t, p2pPort, "127.0.3.1");
  await forgiven.settled();
  t.notOk(forgiven.isClosed);
});
