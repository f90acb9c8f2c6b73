import type { MethodCase, MethodCases } from "./method-case.ts";
import * as is from "./shape.ts";

const BAD_TYPE: MethodCase["types"] = { 0: [5, -5, "Invalid address"] };
const REFUSED: MethodCase["refused"] = [
  [["nowhere"], -5, "Invalid address"],
  [[{ addresses: "t1" }], -5, "Addresses is expected to be an array"],
  [[{ addresses: ["nowhere"] }], -5, "Invalid address"],
  [[{ addresses: [5] }], -1, "JSON value is not a string as expected"],
];

const delta = is.record({
  address: is.address,
  blockindex: is.integer,
  height: is.integer,
  index: is.integer,
  satoshis: is.integer,
  txid: is.hash,
});
const place = is.record({ hash: is.hash, height: is.integer });
const utxo = is.record({
  address: is.address,
  txid: is.hash,
  outputIndex: is.integer,
  script: is.hex,
  satoshis: is.integer,
  height: is.integer,
});

export const addressCases: MethodCases = async ({ facts: { address, tip, height } }) => {
  const range = { addresses: [address], start: 1, end: height };
  const outside: MethodCase["refused"] = [
    [[{ ...range, start: 0 }], -5, "Start and end are expected to be greater than zero"],
    [[{ ...range, start: 9, end: 8 }], -5, "End value is expected to be greater than start"],
    [[{ ...range, end: height + 1 }], -5, "Start or end is outside chain range"],
  ];
  const both = (shape: is.Shape): MethodCase["calls"] => [
    [[address], shape],
    [[{ addresses: [address] }], shape],
  ];
  const usual = { types: BAD_TYPE, refused: REFUSED };
  return {
    getaddressbalance: {
      ...usual,
      calls: both(is.record({ balance: is.integer, received: is.integer })),
    },
    getaddresstxids: {
      types: BAD_TYPE,
      refused: [...(REFUSED ?? []), ...outside],
      calls: [...both(is.some(is.hash)), [[range], is.some(is.hash)]],
    },
    getaddressdeltas: {
      types: BAD_TYPE,
      refused: [...(REFUSED ?? []), ...outside],
      calls: [
        ...both(is.some(delta)),
        [[{ ...range, chainInfo: true }], is.record({ deltas: is.some(delta), start: place, end: place })],
      ],
    },
    getaddressutxos: {
      ...usual,
      calls: [
        ...both(is.some(utxo)),
        [
          [{ addresses: [address], chainInfo: true }],
          is.record({ utxos: is.some(utxo), hash: is.exactly(tip), height: is.exactly(height) }),
        ],
      ],
    },
    getaddressmempool: {
      ...usual,
      calls: both(
        is.list(
          is.record({
            address: is.address,
            txid: is.hash,
            index: is.integer,
            satoshis: is.integer,
            timestamp: is.integer,
            "prevtxid?": is.hash,
            "prevout?": is.integer,
          }),
        ),
      ),
    },
  };
};
