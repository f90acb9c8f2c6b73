import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AddressBook } from "../../../src/p2p/addresses/address-book.ts";
import { decodeAddressBook, encodeAddressBook } from "../../../src/p2p/addresses/address-file.ts";
import {
  addressGroup,
  formatAddress,
  formatIp,
  isLocalIp,
  isRoutable,
  type NetAddress,
  netAddress,
} from "../../../src/p2p/addresses/net-address.ts";
import { formatSubnet, parseSubnet, subnetContains } from "../../../src/p2p/addresses/subnet.ts";
import { type Ban, BanList } from "../../../src/p2p/ban-list.ts";
import { TimeOffset } from "../../../src/p2p/time-offset.ts";
import { createClock } from "../../../src/platform/index.ts";
import { DecodeError } from "../../../src/protocol/bytes/index.ts";

const NOW = 1_767_400_000;

function address(host: string, port = 16_125): NetAddress {
  const found = netAddress(host, port);
  if (!found) throw new Error(`${host} is no address`);
  return found;
}

describe("addresses", () => {
  const texts: [given: string, shown: string][] = [
    ["1.2.3.4", "1.2.3.4:16125"],
    ["::ffff:1.2.3.4", "1.2.3.4:16125"],
    ["2001:db8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]:16125"],
    ["::1", "[::1]:16125"],
    ["::", "[::]:16125"],
    ["fe80::1%eth0", "[fe80::1]:16125"],
    ["2a01:4f8:1:2:3:4:5:6", "[2a01:4f8:1:2:3:4:5:6]:16125"],
    ["expyuzz4wqqyqhjn.onion", "expyuzz4wqqyqhjn.onion:16125"],
  ];
  for (const [given, shown] of texts)
    test(`${given} is shown as ${shown}`, () => expect(formatAddress(address(given))).toBe(shown));

  test("are read as they are shown", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (ip) => {
        expect(netAddress(formatIp(ip), 1)?.ip).toEqual(ip);
      }),
    );
  });

  test("names are none", () => {
    for (const text of ["example.org", "", "1.2.3.4:5", "[::1]:9"]) expect(netAddress(text, 1)).toBeNull();
  });

  test("of this machine are local, private ones cannot be routed", () => {
    for (const host of ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0"]) expect(isLocalIp(address(host).ip)).toBe(true);
    for (const host of ["10.0.0.1", "1.2.3.4", "::2"]) expect(isLocalIp(address(host).ip)).toBe(false);
    for (const host of ["10.0.0.1", "192.168.1.1", "127.0.0.1", "::1", "fe80::1", "fc00::1"])
      expect(isRoutable(address(host).ip)).toBe(false);
    for (const host of ["8.8.8.8", "2a01:4f8::1"]) expect(isRoutable(address(host).ip)).toBe(true);
  });

  test("belong to groups: /16 of IPv4, /32 of IPv6, private ones together", () => {
    const same: [string, string][] = [
      ["8.8.8.8", "8.8.1.1"],
      ["2a01:4f8:1::1", "2a01:4f8:2::1"],
      ["10.0.0.1", "192.168.0.1"],
      ["8.8.8.8", "2002:808:101::1"],
    ];
    const different: [string, string][] = [
      ["8.8.8.8", "8.9.8.8"],
      ["2a01:4f8::1", "2a01:4f9::1"],
      ["2001:470:1000::", "2001:470:2000::"],
    ];
    for (const [a, b] of same) expect(addressGroup(address(a).ip)).toBe(addressGroup(address(b).ip));
    for (const [a, b] of different) expect(addressGroup(address(a).ip)).not.toBe(addressGroup(address(b).ip));
  });
});

describe("subnets", () => {
  test("are shown with their mask, as the daemon lists bans", () => {
    const shown: [string, string | null][] = [
      ["1.2.3.4", "1.2.3.4/255.255.255.255"],
      ["1.2.3.4/24", "1.2.3.0/255.255.255.0"],
      ["1.2.3.4/255.255.0.0", "1.2.0.0/255.255.0.0"],
      ["1.2.3.4/0", "0.0.0.0/0.0.0.0"],
      ["2a01::1/16", "2a01::/ffff:0:0:0:0:0:0:0"],
      ["1.2.3.4/33", null],
      ["2a01::1/129", null],
      ["1.2.3/x", null],
      ["nonsense", null],
    ];
    for (const [text, expected] of shown) {
      const subnet = parseSubnet(text);
      expect([text, subnet && formatSubnet(subnet)]).toEqual([text, expected]);
    }
  });

  test("contain what agrees with them", () => {
    const subnet = parseSubnet("8.8.0.0/17");
    expect(subnet && subnetContains(subnet, address("8.8.127.255").ip)).toBe(true);
    expect(subnet && subnetContains(subnet, address("8.8.128.0").ip)).toBe(false);
    expect(subnet && subnetContains(subnet, address("::8.8.0.1").ip)).toBe(false);
  });
});

class BanMemory {
  readonly bans = new Map<string, Ban>();
  load = () => [...this.bans.values()];
  put = (ban: Ban) => void this.bans.set(formatSubnet(ban.subnet), ban);
  remove = (subnet: Ban["subnet"]) => void this.bans.delete(formatSubnet(subnet));
  clear = () => this.bans.clear();
}

describe("bans", () => {
  const subnet = (text: string) => parseSubnet(text) as Ban["subnet"];

  test("end, last over a restart, and the longer one counts", () => {
    const clock = createClock(NOW);
    const store = new BanMemory();
    const list = new BanList(clock, store);
    list.add(subnet("8.8.8.8"), NOW + 100);
    list.add(subnet("8.8.8.8"), NOW + 50);
    list.add(subnet("9.9.0.0/16"), NOW + 1000);
    expect(list.isBanned(address("8.8.8.8").ip)).toBe(true);
    expect(list.isBanned(address("9.9.1.2").ip)).toBe(true);
    expect(list.isBanned(address("9.8.1.2").ip)).toBe(false);
    expect(list.has(subnet("9.9.1.2"))).toBe(false);
    clock.setMock(NOW + 100);
    const again = new BanList(clock, store);
    expect(again.isBanned(address("8.8.8.8").ip)).toBe(false);
    expect(again.list().map((ban) => formatSubnet(ban.subnet))).toEqual(["9.9.0.0/255.255.0.0"]);
    expect(again.remove(subnet("9.9.0.0/16"))).toBe(true);
    expect(again.remove(subnet("9.9.0.0/16"))).toBe(false);
    expect(store.bans.size).toBe(0);
  });
});

describe("the offset of the clock", () => {
  test("is the median of at least five samples, one for each address, in odd numbers and not above 70 minutes", () => {
    const offset = new TimeOffset();
    for (const [source, seconds] of [
      ["a", 10],
      ["a", 99],
      ["b", 20],
      ["c", 30],
    ] as const)
      offset.add(source, seconds);
    expect(offset.seconds).toBe(0);
    // 0, 10, 20, 30, 40
    offset.add("d", 40);
    expect(offset.seconds).toBe(20);
    offset.add("e", 50);
    expect(offset.seconds).toBe(20);
    offset.add("f", 60);
    expect(offset.seconds).toBe(30);
    for (let i = 0; i < 20; i++) offset.add(`far ${i}`, 5000);
    expect(offset.seconds).toBe(0);
  });
});

describe("the address book", () => {
  let seed = 1;
  const random = (limit: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const fresh = () => new AddressBook({ key: new Uint8Array(32).fill(5), now: () => NOW, random });
  const told = (host: string, time = NOW - 3600) => ({ ...address(host), services: 5n, time });
  const source = address("44.55.1.1").ip;

  test("takes routable addresses once", () => {
    const book = fresh();
    expect(book.add(told("8.8.8.8"), source)).toBe(true);
    expect(book.add(told("8.8.8.8"), source)).toBe(false);
    for (const host of ["10.0.0.1", "127.0.0.1", "::1"]) expect(book.add(told(host), source)).toBe(false);
    expect(book.size).toBe(1);
  });

  test("draws only what it holds, and untried ones when those are wanted", () => {
    const book = fresh();
    expect(book.select(false)).toBeNull();
    for (let i = 1; i < 50; i++) book.add(told(`8.${i}.8.8`), source);
    book.noteGood(address("8.1.8.8"));
    expect(book.triedSize).toBe(1);
    for (let i = 0; i < 100; i++) expect(book.select(true)?.tried).toBe(false);
    const drawn = new Set(Array.from({ length: 200 }, () => formatIp(book.select(false)?.ip as Uint8Array)));
    expect(drawn.has("8.1.8.8")).toBe(true);
    expect(drawn.size).toBeGreaterThan(10);
  });

  test("one source can fill only a small part of it", () => {
    const book = fresh();
    for (let i = 0; i < 20_000; i++) book.add(told(`${20 + (i % 60)}.${i & 0xff}.${i >> 8}.9`), source);
    // 64 buckets of 64 places.
    expect(book.size).toBeLessThanOrEqual(4096);
    expect(book.size).toBeGreaterThan(1000);
  }, 20_000);

  test("forgets what was tried three times in vain when its place is needed", () => {
    const book = fresh();
    book.add(told("8.8.8.8"), source);
    book.noteGood(address("9.9.9.9"));
    for (let i = 0; i < 3; i++) {
      book.add(told(`77.${i}.1.1`), source);
      book.noteGood(address(`77.${i}.1.1`));
      book.noteAttempt(address("8.8.8.8"));
    }
    const entry = [...book.entries()].find(({ ip }) => formatIp(ip) === "8.8.8.8");
    expect(entry?.attempts).toBe(3);
    // While nothing else works, failures do not count.
    for (let i = 0; i < 5; i++) book.noteAttempt(address("8.8.8.8"));
    expect(entry?.attempts).toBe(3);
  });

  test("lasts over a restart", () => {
    const book = fresh();
    for (let i = 1; i < 200; i++) book.add(told(`${8 + (i % 7)}.${i}.8.8`, NOW - i), address(`44.${i % 9}.1.1`).ip);
    for (let i = 1; i < 50; i++) book.noteGood(address(`${8 + (i % 7)}.${i}.8.8`));
    const again = decodeAddressBook(encodeAddressBook(book), { now: () => NOW, random });
    const facts = (each: AddressBook) =>
      [...each.entries()]
        .map(
          ({ ip, port, time, services, lastSuccess }) => `${formatIp(ip)} ${port} ${time} ${services} ${lastSuccess}`,
        )
        .sort();
    expect(again.size).toBeGreaterThanOrEqual(book.size - 2);
    for (const fact of facts(again)) expect(facts(book)).toContain(fact);
    expect(again.triedSize).toBe(book.triedSize);
  });

  test("is not read from bytes that are none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeAddressBook(bytes, { now: () => NOW, random });
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
      }),
    );
  });

  test("gives strangers a part of what it has", () => {
    const book = fresh();
    for (let i = 1; i < 200; i++) book.add(told(`${8 + (i % 7)}.${i}.8.8`), address(`44.${i % 9}.1.1`).ip);
    const sample = book.sample();
    expect(sample.length).toBeLessThanOrEqual(Math.floor(book.size * 0.23));
    expect(new Set(sample).size).toBe(sample.length);
  });
});
