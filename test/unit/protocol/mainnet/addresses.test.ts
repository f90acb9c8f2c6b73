import { expect, test } from "bun:test";
import { fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import { type Destination, decodeAddress, encodeAddress } from "../../../../src/protocol/primitives/index.ts";
import { destinationOf, scriptForDestination } from "../../../../src/protocol/script/index.ts";
import { MAIN, readVectors, TRANSACTIONS, unknownFields } from "./vectors.ts";

interface AddressItem {
  readonly address: string;
  readonly script: string;
  readonly type: "p2pkh" | "p2sh";
  readonly firstSeen: string;
}

const file = readVectors<{ count: number; items: readonly AddressItem[] }>("script/mainnet-addresses.json");
const KINDS = { p2pkh: "pubkeyhash", p2sh: "scripthash" } as const;

test("every address of the main network leads to its script and back", () => {
  expect(file.items.length).toBe(file.count);
  expect(new Set(file.items.map(({ address }) => address)).size).toBe(54);
  for (const item of file.items) {
    expect(unknownFields(item, ["address", "script", "type", "firstSeen"])).toEqual([]);
    const destination = decodeAddress(item.address, MAIN.base58) as Destination;
    expect(destination.kind).toBe(KINDS[item.type]);
    expect(toHex(scriptForDestination(destination))).toBe(item.script);
    expect(encodeAddress(destinationOf(fromHex(item.script)) as Destination, MAIN.base58)).toBe(item.address);
    expect(item.address.slice(0, 2)).toBe(item.type === "p2pkh" ? "t1" : "t3");
  }
});

test("every address stands in the transaction that is named for it", () => {
  for (const { address, script, firstSeen } of file.items) {
    const named = TRANSACTIONS.find(({ item }) => item.txid === firstSeen);
    if (!named) throw new Error(`${firstSeen} is no transaction of the vectors`);
    const paid = named.tx.outputs.map((output) => toHex(output.script));
    const spent = (named.item.inputs ?? []).map((input) => input.prevScript);
    expect({ address, found: [...paid, ...spent].includes(script) }).toEqual({ address, found: true });
  }
});
