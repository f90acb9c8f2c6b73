import { expect, test } from "bun:test";
import { addressesSeenBy, listedNodesOf } from "../../../src/cli/bench/known-peers.ts";

const rubbish = [null, "8.8.8.8", 7, {}, [], { addr: "8.8.8.8" }, { ip: 7, collateral: "c" }, { ip: "8.8.8.8" }];

test("what a running node tells of the list", () => {
  const node = { collateral: "COutPoint(ab, 0)", ip: "8.8.8.8:16137", tier: "CUMULUS" };
  expect(listedNodesOf([...rubbish, node] as never)).toEqual([{ collateral: node.collateral, ip: node.ip }]);
  expect(listedNodesOf({})).toEqual([]);
  expect(listedNodesOf(null)).toEqual([]);
});

test("only peers that the node chose itself are believed what they see", () => {
  const peers = [
    { inbound: false, addrlocal: "8.8.8.8:16125" },
    { inbound: true, addrlocal: "9.9.9.9:16125" },
    { inbound: false },
    { addrlocal: "1.1.1.1:16125" },
  ];
  expect(addressesSeenBy([...rubbish, ...peers] as never)).toEqual(["8.8.8.8:16125"]);
});
