import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Destination, encodeAddress } from "../../../../src/protocol/primitives/index.ts";
import { payToPublicKey, scriptForDestination } from "../../../../src/protocol/script/index.ts";
import { writeJson } from "../../../../src/server/rpc/index.ts";
import { addressText } from "../../../../src/server/rpc/shapes/address-text.ts";
import { scriptJson, scriptShape } from "../../../../src/server/rpc/shapes/script-shape.ts";
import { MAIN, REGTEST } from "./fake-context.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const kinds = fc.constantFrom<Destination["kind"][]>("pubkeyhash", "scripthash");
const destinations = fc.record({ kind: kinds, hash: bytes(20) });
const networks = fc.constantFrom(MAIN.base58, REGTEST.base58);

describe("an output script as JSON", () => {
  test("is the same text whether written at once or member by member", () => {
    const scripts = fc.oneof(
      destinations.map(scriptForDestination),
      bytes(33).map(payToPublicKey),
      fc.uint8Array({ maxLength: 60 }),
    );
    fc.assert(
      fc.property(scripts, networks, (script, prefixes) => {
        expect(scriptJson(script, prefixes)).toBe(writeJson(scriptShape(script, prefixes)));
      }),
    );
  });

  test("has addresses of its network and kind, asked for once or often", () => {
    fc.assert(
      fc.property(destinations, (destination) => {
        for (const { base58 } of [MAIN, REGTEST, MAIN]) {
          expect(addressText(destination, base58)).toBe(encodeAddress(destination, base58));
        }
      }),
    );
  });
});
