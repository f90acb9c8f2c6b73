import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseNetworkAddress, parsePort, parseSubnet } from "../../../../src/platform/config/index.ts";

describe("parseNetworkAddress", () => {
  test.each([
    ["1.2.3.4", "1.2.3.4", undefined],
    ["1.2.3.4:16125", "1.2.3.4", 16125],
    ["node.example.org:1", "node.example.org", 1],
    ["localhost", "localhost", undefined],
    ["::1", "::1", undefined],
    ["[2001:db8::1]", "2001:db8::1", undefined],
    ["[2001:db8::1]:65535", "2001:db8::1", 65535],
  ])("reads %s", (text, host, port) => {
    expect(parseNetworkAddress(text)).toEqual({ host, port });
  });

  test.each([
    "",
    ":1",
    "a:0",
    "a:65536",
    "a:b",
    "a b",
    "1.2.3",
    "1.2.3.256",
    "[1.2.3.4]:5",
    "[::1",
    "::1]:5",
    "a:1:2",
    "-a",
    "a..b",
    "a/b",
    "x".repeat(64),
  ])("refuses %p", (text) => {
    expect(parseNetworkAddress(text)).toBeNull();
  });

  test("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const address = parseNetworkAddress(text);
        expect(address === null || address.host.length > 0).toBe(true);
      }),
    );
  });

  test("finds the parts of every IPv4 and IPv6 address with port", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65535 }), (host, port) => {
        const text = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
        expect(parseNetworkAddress(text)).toEqual({ host, port });
      }),
    );
  });
});

test("parsePort takes 1 to 65535 in plain digits", () => {
  expect(["1", "65535"].map(parsePort)).toEqual([1, 65535]);
  for (const wrong of ["0", "65536", "", "1e3", "+1", " 1", "0x10", "999999"]) expect(parsePort(wrong)).toBeNull();
});

test("parseSubnet understands addresses, prefixes and netmasks", () => {
  expect(parseSubnet("10.0.0.0/8")).toBe("10.0.0.0/8");
  expect(parseSubnet("10.0.0.0/255.255.240.0")).toBe("10.0.0.0/20");
  expect(parseSubnet("1.2.3.4")).toBe("1.2.3.4/32");
  expect(parseSubnet("fd00::/8")).toBe("fd00::/8");
  for (const wrong of [
    "",
    "x",
    "1.2.3.4/33",
    "1.2.3.4/255.0.255.0",
    "::/129",
    "1.2.3.4/8/8",
    "::1/255.0.0.0",
    "1.2.3.4/-1",
  ]) {
    expect(parseSubnet(wrong)).toBeNull();
  }
});
