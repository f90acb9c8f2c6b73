import type { MethodCases } from "./method-case.ts";
import * as is from "./shape.ts";

const heights = {
  added_height: is.integer,
  confirmed_height: is.integer,
  last_confirmed_height: is.integer,
  last_paid_height: is.integer,
};
const own = {
  collateral: is.outpoint,
  txhash: is.hash,
  outidx: is.digits,
  ip: is.text,
  network: is.matches(/^(ipv4|ipv6|onion|)$/),
  ...heights,
  tier: is.tier,
  payment_address: is.address,
  pubkey: is.hex,
  activesince: is.digits,
  lastpaid: is.digits,
  "amount?": is.matches(/^\d+\.\d{2,8}$/),
};
const node = is.record({ ...own, rank: is.integer });
const waiting = (left: string) =>
  is.list(
    is.record({
      collateral: is.outpoint,
      added_height: is.integer,
      payment_address: is.address,
      [left]: is.integer,
      "amount?": is.matches(/^\d+\.\d{2,8}$/),
    }),
  );
const wif = is.matches(/^[1-9A-HJ-NP-Za-km-z]{51,52}$/);
const winner = is.record({
  collateral: is.outpoint,
  ip: is.text,
  ...heights,
  tier: is.tier,
  payment_address: is.address,
});
const failed = is.record({ result: is.exactly("failed"), error: is.text });

export const fluxnodeCases: MethodCases = async (scene) => {
  const { facts } = scene;
  const { tip, height, ownStart, sharedStart, ownDelegate, sharedDelegate, redeemScript, nodeKey, ownerKey } = facts;
  const start = [redeemScript, nodeKey, sharedStart[0], Number(sharedStart[1])];
  const unsigned = await scene.result<string>("createp2shstarttx", ...start);
  const started = await scene.result<string>("signp2shstarttx", unsigned, ownerKey);
  const text = (type: string) => `Expected type string, got ${type}`;
  return {
    viewdeterministicfluxnodelist: {
      calls: [
        [[], is.some(node)],
        [["CUMULUS is no part of it"], is.list(is.nothing)],
      ],
    },
    getfluxnodesnapshot: {
      calls: [[[], is.record({ height: is.exactly(height), blockhash: is.exactly(tip), nodes: is.some(node) })]],
    },
    getfluxnodestatus: { calls: [[[], is.record({ status: is.exactly("CONFIRMED"), ...own })]] },
    getfluxnodecount: {
      calls: [
        [
          [],
          is.record(
            Object.fromEntries(
              [
                ...["total", "stable", "basic-enabled", "super-enabled", "bamf-enabled"],
                ...["cumulus-enabled", "nimbus-enabled", "stratus-enabled", "ipv4", "ipv6", "onion"],
              ].map((key) => [key, is.integer]),
            ),
          ),
        ],
      ],
    },
    getmigrationcount: {
      calls: [
        [
          [],
          is.some(
            is.either(
              ...["old", "new"].map((age) =>
                is.record({
                  [`total-${age}`]: is.integer,
                  [`cumulus-enabled-${age}`]: is.integer,
                  [`nimbus-enabled-${age}`]: is.integer,
                  [`stratus-enabled-${age}`]: is.integer,
                }),
              ),
            ),
          ),
        ],
      ],
    },
    fluxnodecurrentwinner: {
      calls: [[[], is.record({ "CUMULUS Winner": winner, "NIMBUS Winner": winner, "STRATUS Winner": winner })]],
    },
    getdoslist: { calls: [[[], waiting("eligible_in")]] },
    getstartlist: { calls: [[[], waiting("expires_in")]] },
    listfluxnodeconf: {
      calls: [
        [
          ["anything"],
          is.some(
            is.record({
              alias: is.matches(/^(listed|unknown)$/),
              status: is.matches(/^(CONFIRMED|OFFLINE)$/),
              collateral: is.outpoint,
              txHash: is.hash,
              outputIndex: is.digits,
              privateKey: is.exactly("secret"),
              address: is.exactly("1.2.3.4:26125"),
              ip: is.text,
              network: is.text,
              ...heights,
              tier: is.text,
              payment_address: is.text,
              activesince: is.either(is.digits, is.exactly(0)),
              lastpaid: is.either(is.digits, is.exactly(0)),
            }),
          ),
        ],
      ],
    },
    createfluxnodekey: { calls: [[[], wif]] },
    createdelegatekeypair: {
      calls: [
        [
          [],
          is.record({
            private_key: wif,
            public_key_compressed: is.matches(/^0[23][0-9a-f]{64}$/),
            public_key_uncompressed: is.matches(/^04[0-9a-f]{128}$/),
          }),
        ],
      ],
    },
    createsporkkeys: { calls: [[[], is.record({ pubkey: is.matches(/^04[0-9a-f]{128}$/), privkey: wif })]] },
    listfluxnodedelegates: {
      calls: [
        [
          [...ownStart],
          is.record({
            collateral: is.outpoint,
            has_delegates: is.exactly(true),
            delegate_version: is.exactly(1),
            delegate_type: is.exactly(1),
            delegate_type_string: is.exactly("UPDATE"),
            delegate_keys: is.some(is.matches(/^0[23][0-9a-f]{64}$/)),
          }),
        ],
        [[ownStart[0], "99"], is.record({ collateral: is.outpoint, has_delegates: is.exactly(false) })],
        [["x", "0"], is.record({ error: is.text })],
      ],
    },
    createp2shstarttx: {
      calls: [
        [start, is.hex],
        [[...start, []], is.exactly(unsigned)],
        [[...start, [nodeKey.length === 66 ? nodeKey : `02${"11".repeat(32)}`]], is.hex],
      ],
      types: {
        0: [5, -3, text("number")],
        1: [5, -3, text("number")],
        2: [5, -3, text("number")],
        3: ["0", -3, "Expected type number, got string"],
        4: ["x", -3, "Expected type array, got string"],
      },
      refused: [
        [[...start, new Array(5).fill("")], -8, "Too many delegates. Maximum is 4"],
        [[...start, ["00"]], -8, "Invalid delegate public key at index 0"],
        [[...start, [`04${"11".repeat(64)}`]], -8, "Delegate public key at index 0 must be compressed"],
        [[...start, [`02${"11".repeat(32)}`, `02${"11".repeat(32)}`]], -8, "Duplicate delegate public key at index 1"],
        [[...start, [5]], -1, "JSON value is not a string as expected"],
        [[redeemScript, nodeKey, "00", 0], -25, "Coins not found in chain"],
        [[redeemScript, nodeKey, sharedStart[0], 99999], -25, "Couldn't extract destination from coins"],
        [["51", nodeKey, ...start.slice(2)], -25, "Address not matching Redeemscript hash"],
      ],
    },
    signp2shstarttx: {
      calls: [[[unsigned, ownerKey], is.hex]],
      types: { 0: [5, -3, text("number")], 1: [5, -3, text("number")] },
      refused: [
        [["00"], -22, "TX decode failed"],
        [[unsigned], -4, "Private key not available"],
        [[unsigned, "x"], -5, "Invalid private key"],
        [[unsigned, ownDelegate], -5, "Signature Verify Failed"],
        [[facts.unspent.hex, ownerKey], -5, "Failed to get pubkeys from redeemscript"],
      ],
    },
    sendp2shstarttx: {
      calls: [[[started], is.hash]],
      types: { 0: [5, -3, text("number")] },
      refused: ["00", "zz", ""].map((hex) => [[hex], -26, "16: bad-txns-vin-empty"] as const),
    },
    startfluxnodeasdelegate: {
      calls: [
        [
          [...ownStart, ownDelegate, "", ""],
          is.record({ result: is.exactly("success"), txid: is.hash, delegate: is.address }),
        ],
        [[...ownStart, ownDelegate], failed],
      ],
    },
    startp2shasdelegate: {
      calls: [
        // Success is seen elsewhere: here the owner starts it with sendp2shstarttx.
        [[...sharedStart, "no key", "", ""], failed],
        [[...sharedStart, sharedDelegate, "00"], failed],
      ],
    },
    rebuildfluxnodedb: { calls: [[[], is.exactly(true)]] },
    getbenchmarks: { calls: [[[], is.exactly('{"status":"CUMULUS"}')]] },
    getbenchstatus: { calls: [[[], is.exactly('{"flux":"connected"}')]] },
    startfluxbenchd: { calls: [[[], is.exactly("Already running")]] },
    stopfluxbenchd: { calls: [[[], is.exactly("Stopping process")]] },
    createconfirmationtransaction: {
      calls: [[[], is.record({ status: is.exactly("Successfully Sent"), txid: is.hash, raw: is.hex })]],
    },
  };
};
