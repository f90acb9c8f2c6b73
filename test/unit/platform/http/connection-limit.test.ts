import { beforeEach, describe, expect, test } from "bun:test";
import { ConnectionLimit } from "../../../../src/platform/http/index.ts";
import type { HeldConnection } from "../../../../src/platform/native/index.ts";

let open: HeldConnection[];
let now: number;
let limit: ConnectionLimit;

beforeEach(() => {
  [open, now] = [[], 1_000_000];
  limit = new ConnectionLimit(
    { total: 5, perClient: 2, clientOf: (address) => address, silentSeconds: 30 },
    {
      list: () => open,
      end: (ended) => {
        open = open.filter((connection) => connection !== ended);
      },
    },
    () => now,
  );
});

function connect(host: string, port: number): void {
  open.push({ descriptor: port, host, port });
}

function disconnect(port: number): void {
  open = open.filter((connection) => connection.port !== port);
}

const ports = () => open.map(({ port }) => port).toSorted((a, b) => a - b);

describe("silent connections", () => {
  test("above the limit of one client are ended, the newest first", () => {
    connect("a", 1);
    connect("a", 2);
    limit.look();
    connect("a", 3);
    connect("b", 4);
    limit.look();
    expect(ports()).toEqual([1, 2, 4]);
  });

  test("above the limit of all are ended", () => {
    for (const [index, host] of ["a", "b", "c", "d", "e", "f", "g"].entries()) connect(host, index + 1);
    limit.look();
    expect(ports()).toEqual([1, 2, 3, 4, 5]);
  });

  test("are ended after a while, those that asked for something are not", () => {
    connect("a", 1);
    connect("a", 2);
    limit.look();
    expect(limit.admits("a", 2)).toBe(true);
    now += 31_000;
    limit.look();
    expect(ports()).toEqual([2]);
  });
});

describe("requests", () => {
  test("on a connection too many are refused, on the others answered again and again", () => {
    for (const port of [1, 2, 3]) connect("a", port);
    expect([1, 2, 3, 1, 3].map((port) => limit.admits("a", port))).toEqual([true, true, false, true, false]);
    expect(limit.admits("b", 4)).toBe(true);
  });

  test("one after the other, each on a connection of its own, are never too many", () => {
    for (let port = 1; port < 100; port++) {
      now += 25;
      connect("a", port);
      expect(limit.admits("a", port)).toBe(true);
      disconnect(port);
    }
  });

  test("find room as soon as somebody leaves", () => {
    connect("a", 1);
    connect("a", 2);
    limit.look();
    connect("a", 3);
    expect(limit.admits("a", 3)).toBe(false);
    disconnect(1);
    now += 25;
    expect(limit.admits("a", 3)).toBe(true);
    limit.look();
    expect(ports()).toEqual([2, 3]);
  });
});
