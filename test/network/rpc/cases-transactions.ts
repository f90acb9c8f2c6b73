import type { MethodCases } from "./method-case.ts";
import * as is from "./shape.ts";

const scriptPubKey = is.record({
  asm: is.text,
  hex: is.hex,
  "reqSigs?": is.integer,
  type: is.text,
  "addresses?": is.some(is.address),
});
const fields = {
  txid: is.hash,
  version: is.integer,
  overwintered: is.bool,
  "versiongroupid?": is.matches(/^[0-9a-f]{8}$/),
  locktime: is.integer,
  "expiryheight?": is.integer,
  vin: is.some(
    is.record({
      txid: is.hash,
      vout: is.integer,
      scriptSig: is.record({ asm: is.text, hex: is.text }),
      "value?": is.amount,
      "valueSat?": is.integer,
      "address?": is.address,
      sequence: is.integer,
    }),
  ),
  vout: is.some(
    is.record({
      value: is.amount,
      valueZat: is.integer,
      valueSat: is.integer,
      n: is.integer,
      scriptPubKey,
      "spentTxId?": is.hash,
      "spentIndex?": is.integer,
      "spentHeight?": is.integer,
    }),
  ),
  vJoinSplit: is.list(is.nothing),
  "valueBalance?": is.amount,
  "valueBalanceZat?": is.integer,
  "vShieldedSpend?": is.list(is.nothing),
  "vShieldedOutput?": is.list(is.nothing),
};
const place = {
  blockhash: is.hash,
  height: is.integer,
  confirmations: is.integer,
  time: is.integer,
  blocktime: is.integer,
};
const signed = is.record({
  hex: is.hex,
  complete: is.bool,
  "errors?": is.some(
    is.record({ txid: is.hash, vout: is.integer, scriptSig: is.text, sequence: is.integer, error: is.text }),
  ),
});

interface Coin {
  readonly value: { readonly text: string };
  readonly scriptPubKey: { readonly hex: string };
}

interface Signed {
  readonly hex: string;
  readonly complete: boolean;
}

export const transactionCases: MethodCases = async (scene) => {
  const { unspent, address, ownerKey, block } = scene.facts;
  const input = { txid: unspent.txid, vout: 0 };
  const output = { [address]: 0.00001 };
  const raw = await scene.result("createrawtransaction", [input], output);
  const coin = await scene.result<Coin>("gettxout", unspent.txid, 0);
  const previous = { ...input, scriptPubKey: coin.scriptPubKey.hex, amount: coin.value.text };
  const keys = Object.values(scene.keys).map(({ wif }) => wif);
  const { hex, complete } = await scene.result<Signed>("signrawtransaction", raw, [previous], keys);
  if (!complete) throw new Error("a coin of the recorded chain cannot be spent with its keys");
  const number = "Expected type string, got number";
  return {
    getrawtransaction: {
      calls: [
        [[unspent.txid], is.exactly(unspent.hex)],
        [[unspent.txid, 1], is.record({ hex: is.exactly(unspent.hex), ...fields, ...place })],
      ],
      types: { 0: [5, -8, "parameter 1 must be hexadecimal string (not '')"] },
      refused: [[["00".repeat(32)], -5, "No information available about transaction"]],
    },
    decoderawtransaction: {
      calls: [[[unspent.hex], is.record(fields)]],
      types: { 0: [5, -3, number] },
      refused: [[["00"], -22, "TX decode failed"]],
    },
    createrawtransaction: {
      calls: [[[[input], output, 0, 0], is.hex]],
      types: {
        0: ["x", -3, "Expected type array, got string"],
        1: [5, -3, "Expected type object, got number"],
        2: ["x", -3, "Expected type number, got string"],
        3: ["x", -3, "Expected type number, got string"],
      },
      refused: [[[[input], { x: 1 }], -5, "Invalid Flux address: x"]],
    },
    signrawtransaction: {
      calls: [
        [[raw], signed],
        [[raw, [previous], [ownerKey], "ALL", "76b809bb"], signed],
      ],
      types: {
        0: [5, -3, number],
        1: ["x", -3, "Expected type array, got string"],
        2: ["x", -3, "Expected type array, got string"],
        3: [5, -3, number],
        4: [5, -3, number],
      },
      refused: [
        [["x"], -8, "argument 1 must be hexadecimal string (not 'x')"],
        [[raw, [], ["x"]], -5, "Invalid private key"],
        [[raw, [], [], "X"], -8, "Invalid sighash param"],
        [[raw, [{}], []], -3, "Missing scriptPubKey"],
      ],
    },
    sendrawtransaction: {
      calls: [[[hex, true], is.hash]],
      types: { 0: [5, -3, number], 1: ["x", -3, "Expected type bool, got string"] },
      refused: [
        [["00"], -22, "TX decode failed"],
        [[unspent.hex], -26, /^tx-expiring-soon: expiryheight is \d+ but should be at least \d+ to avoid /],
      ],
    },
    decodescript: {
      calls: [
        [
          [coin.scriptPubKey.hex],
          is.record({
            asm: is.text,
            "reqSigs?": is.integer,
            type: is.text,
            "addresses?": is.some(is.address),
            p2sh: is.address,
          }),
        ],
      ],
      types: { 0: [5, -3, number] },
      refused: [[["x"], -8, "argument must be hexadecimal string (not 'x')"]],
    },
    decoderawblock: {
      calls: [[[block], is.matches(/^CBlock\(hash=/)]],
      types: { 0: [5, -3, number] },
      refused: [[["00"], -22, "Block decode failed"]],
    },
  };
};
