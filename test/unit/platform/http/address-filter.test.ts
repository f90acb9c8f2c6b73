import { describe, expect, test } from "bun:test";
import { AddressFilter } from "../../../../src/platform/http/index.ts";

describe("AddressFilter", () => {
  const filter = new AddressFilter(["127.0.0.0/8", "::1", "10.1.0.0/255.255.0.0", "192.168.5.7", "2001:db8::/32"]);

  test.each([
    ["127.0.0.1", true],
    ["127.255.0.9", true],
    ["::ffff:127.0.0.1", true],
    ["::1", true],
    ["0:0:0:0:0:0:0:1", true],
    ["10.1.255.255", true],
    ["10.2.0.0", false],
    ["192.168.5.7", true],
    ["192.168.5.8", false],
    ["2001:db8:1::5", true],
    ["2001:db9::1", false],
    ["fe80::1%eth0", false],
    ["8.8.8.8", false],
    ["", false],
    ["localhost", false],
  ])("%s: %p", (address, held) => {
    expect(filter.holds(address)).toBe(held);
    expect(filter.holds(address)).toBe(held);
  });

  test("everything and nothing", () => {
    const all = new AddressFilter(["0.0.0.0/0", "::/0"]);
    for (const address of ["1.2.3.4", "::ffff:1.2.3.4", "abcd::1"]) expect(all.holds(address)).toBe(true);
    expect(new AddressFilter([]).holds("127.0.0.1")).toBe(false);
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4/33",
    "::1/129",
    "1.2.3.4/255.0.255.0",
    "1.2.3.4/8/8",
    "host/8",
    "::1/255.0.0.0",
    "1.2.3.4/-1",
  ])("%j is refused", (subnet) => {
    expect(() => new AddressFilter([subnet])).toThrow(expect.objectContaining({ code: "subnet-invalid" }));
  });
});
