import { expect, test } from "bun:test";
import { peerAddresses } from "../../../src/cli/bench/known-peers.ts";

const node = (ip: unknown) => ({ collateral: "COutPoint(…)", ip, tier: "CUMULUS" }) as never;

test("the API port of a node is 16127, or what stands behind its address", async () => {
  const list = [node("8.8.8.8"), node("9.9.9.9:16137"), node("[2a00:1450::1]:16147"), node("8.8.8.8:16157")];
  expect(await peerAddresses(list, "main")).toEqual([
    { host: "8.8.8.8", port: 16157 },
    { host: "9.9.9.9", port: 16137 },
    { host: "2a00:1450::1", port: 16147 },
  ]);
}, 60_000);

test("the list of a public network leads neither into private networks nor to names", async () => {
  const bad = ["10.0.0.1", "127.0.0.1:80", "192.168.1.1:16127", "[::1]:16127", "example.com:16127", "", "8.8.8.8:0", 7];
  for (const network of ["main", "test"]) expect(await peerAddresses(bad.map(node), network)).toEqual([]);
});

test("a network on this machine has private addresses, but no names", async () => {
  expect(await peerAddresses([node("127.0.0.1:26137"), node("example.com")], "regtest")).toEqual([
    { host: "127.0.0.1", port: 26137 },
  ]);
});

test("what is no list names nobody", async () => {
  expect(await peerAddresses({}, "main")).toEqual([]);
  expect(await peerAddresses([null, "8.8.8.8", { addr: "8.8.8.8" }], "main")).toEqual([]);
});
