import { describe, expect, test } from "bun:test";
import { hostOf, networkOfIp, networkOfNode } from "../../../../src/protocol/fluxnodes/index.ts";
import { readJson } from "./fixtures.ts";

describe("network of an ip text", () => {
  const cases: Record<string, string[]> = {
    ipv4: [
      "45.1.2.3",
      "1.1.1.1",
      "100.63.255.255",
      "172.32.0.1",
      "::ffff:45.1.2.3",
      "[45.1.2.3]",
      "45.1.515",
      "0x2d.1.2.3",
    ],
    ipv6: [
      "2a01:4f8::1",
      "[2a01:4f8::1]",
      "64:ff9b::1.2.3.4",
      "ff02::1",
      "2001:0:1::1",
      "fe80:0:0:1::1",
      "1:2:3:4:5:6:7:8",
    ],
    onion: ["expyuzz4wqqyqhjn.onion", "fd87:d87e:eb43::1"],
    "": [
      "",
      "45.1.2.3:16127",
      "10.0.0.1",
      "127.0.0.1",
      "0.1.2.3",
      "169.254.1.1",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "192.0.2.1",
      "198.18.0.1",
      "198.19.255.255",
      "198.51.100.1",
      "203.0.113.7",
      "100.64.0.1",
      "255.255.255.255",
      "::1",
      "::",
      "fc00::1",
      "fdff::1",
      "fe80::1",
      "2001:db8::1",
      "2001:10::1",
      "::ffff:10.0.0.1",
      "0:0:0:0ff:ff00:1:2:3",
      "1.2.3.256",
      "1.2.3.4.5",
      "1..2.3",
      "08.1.2.3",
      "host.example",
      "2a01::4f8::1",
      "1:2:3:4:5:6:7:8:9",
      "12345::1",
      "1:2:3:4:5:6:7:1.2.3.4",
      "short.onion",
      "expyuzz4wqqyqhj1.onion",
    ],
  };
  for (const [network, texts] of Object.entries(cases)) {
    for (const text of texts) test(`"${text}" is "${network}"`, () => expect(networkOfIp(text)).toBe(network as never));
  }

  test("text after a zero byte does not count", () => {
    expect(networkOfIp("45.1.2.3\0garbage")).toBe("ipv4");
  });
});

describe("host part", () => {
  test.each([
    ["45.1.2.3:16127", "45.1.2.3"],
    ["45.1.2.3", "45.1.2.3"],
    ["[2a01::1]:16127", "2a01::1"],
    ["[2a01::1]", "2a01::1"],
    ["2a01::1", "2a01::1"],
    ["45.1.2.3:0", "45.1.2.3:0"],
    ["45.1.2.3:65536", "45.1.2.3:65536"],
    ["45.1.2.3:x", "45.1.2.3:x"],
    ["45.1.2.3:", "45.1.2.3:"],
    [":16127", ""],
    ["", ""],
  ])("%p is %p", (text, host) => expect(hostOf(text)).toBe(host));
});

test("every node of the recorded lists", () => {
  const seen = new Set<string>();
  for (const set of ["regtest-a", "testnet-t"]) {
    for (const { viewdeterministicfluxnodelist: nodes } of Object.values<{ viewdeterministicfluxnodelist: never }>(
      readJson(`fluxd/${set}/fluxnode-lists.json.gz`),
    )) {
      for (const { ip, network } of nodes as { ip: string; network: string }[]) {
        expect({ ip, network: networkOfNode(ip) }).toEqual({ ip, network: network as never });
        seen.add(network);
      }
    }
  }
  expect([...seen].sort()).toEqual(["", "ipv4", "ipv6"]);
});
