import { describe, expect, test } from "bun:test";
import { rpcBinding, rpcCredentials } from "../../../src/node/rpc-binding.ts";
import { builtInNetwork, type NetworkParams } from "../../../src/protocol/params/index.ts";

const main = builtInNetwork("main") as NetworkParams;
const none = { rpcBind: [], rpcPort: undefined, rpcAllow: [], rpcUser: undefined, rpcPassword: undefined };

describe("where JSON-RPC is offered", () => {
  test("on this machine at the network's port, with the cookie, unless told otherwise", () => {
    expect(rpcBinding(none, main)).toEqual({
      server: { port: 16124, allowed: [] },
      port: 16124,
      clientHost: "127.0.0.1",
      credentials: null,
    });
  });

  test("on the addresses and the port of the settings", () => {
    const rpcBind = [
      { host: "0.0.0.0", port: 9000 },
      { host: "::", port: undefined },
    ];
    expect(rpcBinding({ ...none, rpcBind, rpcAllow: ["10.0.0.0/8"] }, main)).toMatchObject({
      server: { hosts: ["0.0.0.0", "::"], port: 9000, allowed: ["10.0.0.0/8"] },
      clientHost: "127.0.0.1",
    });
    expect(rpcBinding({ ...none, rpcBind: [{ host: "::", port: undefined }], rpcPort: 9001 }, main)).toMatchObject({
      port: 9001,
      clientHost: "::1",
    });
  });

  test("not on two ports", () => {
    const rpcBind = [{ host: "10.0.0.1", port: 9000 }];
    expect(() => rpcBinding({ ...none, rpcBind, rpcPort: 9001 }, main)).toThrow(/one port.*9000, 9001/);
  });
});

test("a password replaces the cookie; a user alone does not", () => {
  expect(rpcCredentials({ ...none, rpcUser: "u" })).toBeNull();
  expect(rpcCredentials({ ...none, rpcPassword: "p" })).toEqual({ user: "", password: "p" });
  expect(rpcCredentials({ ...none, rpcUser: "u", rpcPassword: "p" })).toEqual({ user: "u", password: "p" });
});
