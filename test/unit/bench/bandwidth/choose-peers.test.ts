import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { choosePeers, lineOf, type OwnPlace } from "../../../../src/bench/index.ts";

const NOWHERE: OwnPlace = { collateral: null, addresses: [] };
const listed = (...ips: string[]) => ips.map((ip, index) => ({ collateral: `COutPoint(ab, ${index})`, ip }));

/** What a whole list of at most twelve lines comes to, in order. */
function chosen(ips: readonly string[], { own = NOWHERE, publicOnly = true } = {}): string[] {
  const { known } = choosePeers(listed(...ips), own, publicOnly);
  return known.map(({ host, port }) => `${host} ${port}`).sort();
}

const numeric = fc.tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255));
const entry = fc.oneof(
  numeric.map((quad) => quad.join(".")),
  fc.tuple(numeric, fc.nat(70_000)).map(([quad, port]) => `${quad.join(".")}:${port}`),
  fc.ipV6(),
  fc.ipV6().map((ip) => `[${ip}]:16137`),
  fc.domain(),
  fc.string(),
);

test("a few of many, none twice", () => {
  const all = Array.from({ length: 200 }, (_, index) => `8.8.1.${index}`);
  const hosts = choosePeers(listed(...all), NOWHERE, true).known.map(({ host }) => host);
  expect(new Set(hosts).size).toBe(12);
  for (const host of hosts) expect(all).toContain(host);
});

test("the API port of a node is 16127, or what stands behind its address", () => {
  expect(chosen(["8.8.8.8", "9.9.9.9:16137", "[2a00:1450::1]:16147", "2a00:1451::1", "[2a00:1452::1]"])).toEqual([
    "2a00:1450::1 16147",
    "2a00:1451::1 16127",
    "2a00:1452::1 16127",
    "8.8.8.8 16127",
    "9.9.9.9 16137",
  ]);
});

test("of several nodes on one line one is asked, any of them", () => {
  const ips = ["8.8.8.8", "8.8.8.8:16137", "[::ffff:8.8.8.8]:16147", "2a00:1450::1", "[2a00:1450::ffff]:16137"];
  const seen = new Set<string>();
  for (let round = 0; round < 1000; round++) {
    const [ipv6 = "", ipv4 = "", ...more] = chosen(ips);
    expect(more).toEqual([]);
    expect(ipv6).toStartWith("2a00:1450::");
    seen.add(ipv6).add(ipv4);
  }
  expect([...seen].sort()).toEqual([
    "2a00:1450::1 16127",
    "2a00:1450::ffff 16137",
    "8.8.8.8 16127",
    "8.8.8.8 16137",
    "::ffff:8.8.8.8 16147",
  ]);
});

describe("who shares the line says nothing about it", () => {
  const ips = ["8.8.8.8:16137", "8.8.8.8:16147", "9.9.9.9", "2a00:1450::1"];

  test("by address, whatever the port, in any way of writing it", () => {
    for (const address of ["8.8.8.8", "8.8.8.8:16127", "8.8.8.8:1", "::ffff:8.8.8.8", "[::ffff:808:808]:16125"]) {
      expect(chosen(ips, { own: { collateral: null, addresses: [address] } })).toEqual([
        "2a00:1450::1 16127",
        "9.9.9.9 16127",
      ]);
    }
    expect(chosen(ips, { own: { collateral: null, addresses: ["2a00:1450::ffff:1", "9.9.9.9"] } })).toHaveLength(1);
    expect(chosen(ips, { own: { collateral: null, addresses: ["example.com", "", "9.9.9.10"] } })).toHaveLength(3);
  });

  test("by the collateral of this machine's node: its entry tells the address of the line", () => {
    expect(chosen(ips, { own: { collateral: "COutPoint(ab, 1)", addresses: [] } })).toEqual([
      "2a00:1450::1 16127",
      "9.9.9.9 16127",
    ]);
    expect(chosen(ips, { own: { collateral: "COutPoint(ab, 9)", addresses: [] } })).toHaveLength(3);
  });

  test("its own entry, even if nothing can be made of its address", () => {
    const { known, whyNone } = choosePeers(
      listed("", "home"),
      { collateral: "COutPoint(ab, 0)", addresses: [] },
      false,
    );
    expect(known).toEqual([]);
    expect(whyNone).toContain("only 1 on this machine's own line and 1 without an address that can be used");
  });
});

describe("a stranger's entry", () => {
  const inside = [
    ...["0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1:16127", "169.254.169.254", "172.16.0.1", "192.168.1.1:16137"],
    ...["192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
    ...["::1", "[::1]:16127", "[::ffff:10.0.0.1]:16127", "::10.0.0.1", "fe80::1", "fec0::1", "fc00::1", "ff02::1"],
    ...["64:ff9b::a00:1", "2002:a00:1::1", "2001::a00:1", "2001:db8::1", "100::1"],
  ];
  const nonsense = [
    ...[
      "",
      " ",
      "8.8.8.8 ",
      "8.8.8",
      "8.8.8.8.8",
      "8.8.8.256",
      "08.8.8.8",
      "0x8.8.8.8",
      "134744072",
      "8.8.8.8:",
      ":16127",
    ],
    ...[
      "8.8.8.8:0",
      "8.8.8.8:65536",
      "8.8.8.8:-1",
      "8.8.8.8:x",
      "8.8.8.8:1:2",
      "8.8.8.8\0",
      "8.8.8.8/8",
      "http://8.8.8.8",
    ],
    ...["[8.8.8.8]:16127", "[2a00::1", "2a00::1]:16127", "2a00::1%eth0", "example.com", "localhost:16127", "ab.onion"],
  ];

  test("leads on a public network into no private one, to no service of the system, and to no name", () => {
    for (const ip of [...inside, ...nonsense, "8.8.8.8:22", "8.8.8.8:1023"])
      expect([ip, chosen([ip])]).toEqual([ip, []]);
    expect(chosen(["8.8.8.8:1024"])).toEqual(["8.8.8.8 1024"]);
    const { whyNone } = choosePeers(listed(...inside, ...nonsense), NOWHERE, true);
    expect(whyNone).toContain(`only ${inside.length + nonsense.length} without an address that can be used`);
  });

  test("may be private on a network of one's own, but is no name there either", () => {
    expect(chosen(["10.0.0.1:80", "127.0.0.2:26137", "fc00::1"], { publicOnly: false })).toEqual([
      "10.0.0.1 80",
      "127.0.0.2 26137",
      "fc00::1 16127",
    ]);
    for (const ip of nonsense)
      if (!ip.includes("%")) expect([ip, chosen([ip], { publicOnly: false })]).toEqual([ip, []]);
  });

  test("of any kind never gives more than one node to a line, nor one on the own line", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.boolean(), numeric, (ips, publicOnly, quad) => {
        const address = quad.join(".");
        const own = { collateral: null, addresses: [address] };
        const { known, whyNone } = choosePeers(listed(...ips, address, `${address}:16137`), own, publicOnly);
        const lines = known.map(({ host }) => lineOf(host));
        expect(new Set(lines).size).toBe(known.length);
        expect(lines).not.toContain(lineOf(address));
        expect(known.length).toBeLessThanOrEqual(12);
        expect(whyNone === "").toBe(known.length > 0);
      }),
    );
  });
});

test("a list that names nobody says so", () => {
  expect(choosePeers([], NOWHERE, true)).toEqual({ known: [], whyNone: "the chain lists no fluxnodes" });
});
