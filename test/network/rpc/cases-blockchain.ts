import type { MethodCases } from "./method-case.ts";
import * as is from "./shape.ts";

const valuePools = is.some(
  is.record({
    id: is.matches(/^(sprout|sapling)$/),
    monitored: is.bool,
    "chainValue?": is.amount,
    "chainValueZat?": is.integer,
    "valueDelta?": is.amount,
    "valueDeltaZat?": is.integer,
  }),
);
const script = is.record({
  asm: is.text,
  hex: is.hex,
  "reqSigs?": is.integer,
  type: is.text,
  "addresses?": is.some(is.address),
});
const proof = { time: is.integer, type: is.matches(/^PON$/), collateral: is.shortOutpoint, blocksig: is.hex };
const end = {
  bits: is.matches(/^[0-9a-f]{8}$/),
  difficulty: is.number,
  chainwork: is.hash,
};
const links = { "previousblockhash?": is.hash, "nextblockhash?": is.hash };
const header = is.record({
  hash: is.hash,
  confirmations: is.integer,
  height: is.integer,
  version: is.integer,
  merkleroot: is.hash,
  finalsaplingroot: is.hash,
  ...proof,
  ...end,
  ...links,
});
const block = (tx: is.Shape) =>
  is.record({
    hash: is.hash,
    confirmations: is.integer,
    size: is.integer,
    height: is.integer,
    version: is.integer,
    merkleroot: is.hash,
    finalsaplingroot: is.hash,
    tx: is.some(tx),
    ...proof,
    ...end,
    anchor: is.hash,
    valuePools,
    ...links,
  });
const upgradeQuorum = is.record({ status: is.bool, found: is.integer, required: is.integer, window: is.integer });

const transaction = (value: Parameters<is.Shape>[0], path: string) => {
  const keys = Object.keys((value ?? {}) as object);
  if (keys[0] !== "txid" || keys[1] !== "version") throw new Error(`${path} is no transaction: ${keys}`);
};

export const blockchainCases: MethodCases = async (scene) => {
  const { tip, height, time, unspent, spent, block: raw } = scene.facts;
  const proofOfOne = await scene.result("gettxoutproof", [unspent.txid]);
  return {
    getblockcount: { calls: [[[], is.exactly(height)]] },
    getbestblockhash: { calls: [[[], is.exactly(tip)]] },
    getblockhash: {
      calls: [[[height], is.exactly(tip)]],
      refused: [
        [[-1], -8, "Block height out of range"],
        [[height + 1], -8, "Block height out of range"],
        [[1.5], -1, "JSON integer out of range"],
      ],
    },
    getblock: {
      calls: [
        [[tip], block(is.hash)],
        [[String(height), 0], is.hex],
        [[tip, false], is.exactly(raw)],
        [[tip, true], block(is.hash)],
        [[tip, 2], block(transaction)],
      ],
      types: { 1: ["1", -1, "JSON value is not a boolean as expected"] },
      refused: [
        [["00".repeat(32)], -5, "Block not found"],
        [[String(height + 1)], -8, "Block height out of range"],
        [["-1"], -8, "Invalid block height parameter"],
        [[tip, 3], -8, "Verbosity must be in range from 0 to 2"],
      ],
    },
    getblockheader: {
      calls: [
        [[tip], header],
        [[tip, false], is.hex],
      ],
      refused: [[["00".repeat(32)], -5, "Block not found"]],
    },
    getblockchaininfo: {
      calls: [
        [
          [],
          is.record({
            chain: is.exactly("regtest"),
            blocks: is.exactly(height),
            headers: is.exactly(height),
            bestblockhash: is.exactly(tip),
            difficulty: is.number,
            verificationprogress: is.number,
            chainwork: is.hash,
            pruned: is.exactly(false),
            size_on_disk: is.integer,
            commitments: is.integer,
            valuePools,
            softforks: is.some(
              is.record({
                id: is.matches(/^bip(34|66|65)$/),
                version: is.integer,
                enforce: upgradeQuorum,
                reject: upgradeQuorum,
              }),
            ),
            upgrades: is.dictionary(
              /^[0-9a-f]{8}$/,
              is.record({
                name: is.text,
                activationheight: is.integer,
                status: is.matches(/^(active|pending)$/),
                info: is.text,
              }),
            ),
            consensus: is.record({ chaintip: is.matches(/^[0-9a-f]{8}$/), nextblock: is.matches(/^[0-9a-f]{8}$/) }),
          }),
        ],
      ],
    },
    getdifficulty: { calls: [[[], is.number]] },
    getchaintips: {
      calls: [
        [
          [0],
          is.some(
            is.record({
              height: is.integer,
              hash: is.hash,
              branchlen: is.integer,
              status: is.matches(/^(active|valid-fork|valid-headers|headers-only|invalid|unknown)$/),
            }),
          ),
        ],
      ],
    },
    getmempoolinfo: {
      calls: [[[], is.record({ size: is.integer, bytes: is.integer, usage: is.integer, "fullyNotified?": is.bool })]],
    },
    getrawmempool: {
      calls: [
        [[], is.list(is.hash)],
        [
          [true],
          is.dictionary(
            /^[0-9a-f]{64}$/,
            is.record({
              size: is.integer,
              fee: is.amount,
              time: is.integer,
              height: is.integer,
              startingpriority: is.number,
              currentpriority: is.number,
              depends: is.list(is.hash),
            }),
          ),
        ],
      ],
    },
    gettxout: {
      calls: [
        [
          [unspent.txid, 0, true],
          is.record({
            bestblock: is.exactly(tip),
            confirmations: is.integer,
            value: is.amount,
            scriptPubKey: script,
            version: is.integer,
            coinbase: is.bool,
          }),
        ],
        [[spent.txid, spent.index], is.nothing],
      ],
    },
    gettxoutsetinfo: {
      calls: [
        [
          [],
          is.record({
            height: is.exactly(height),
            bestblock: is.exactly(tip),
            transactions: is.integer,
            txouts: is.integer,
            bytes_serialized: is.integer,
            hash_serialized: is.hash,
            total_amount: is.amount,
          }),
        ],
      ],
    },
    gettxoutproof: {
      calls: [[[[unspent.txid]], is.hex]],
      types: { 1: [5, -1, "JSON value is not a string as expected"] },
      refused: [
        [[["00"]], -8, "Invalid txid 00"],
        [[[unspent.txid, unspent.txid]], -8, `Invalid parameter, duplicated txid: ${unspent.txid}`],
        [[[unspent.txid], "00"], -5, "Block not found"],
        [[["33".repeat(32)]], -5, "Transaction not yet in block"],
      ],
    },
    verifytxoutproof: {
      calls: [[[proofOfOne], is.some(is.exactly(unspent.txid))]],
      types: { 0: [5, -8, "proof must be hexadecimal string (not '')"] },
      refused: [[["xy"], -8, "proof must be hexadecimal string (not 'xy')"]],
    },
    verifychain: { calls: [[[0, 2], is.exactly(true)]] },
    getblockdeltas: {
      calls: [
        [
          [tip],
          is.record({
            hash: is.exactly(tip),
            confirmations: is.integer,
            size: is.integer,
            height: is.exactly(height),
            version: is.integer,
            merkleroot: is.hash,
            deltas: is.some(
              is.record({
                txid: is.hash,
                index: is.integer,
                inputs: is.list(
                  is.record({
                    "address?": is.address,
                    satoshis: is.integer,
                    index: is.integer,
                    prevtxid: is.hash,
                    prevout: is.integer,
                  }),
                ),
                outputs: is.list(is.record({ address: is.address, satoshis: is.integer, index: is.integer })),
              }),
            ),
            time: is.integer,
            mediantime: is.integer,
            nonce: is.text,
            bits: is.matches(/^[0-9a-f]{8}$/),
            difficulty: is.number,
            chainwork: is.hash,
            ...links,
          }),
        ],
      ],
      refused: [[["00".repeat(32)], -5, "Block not found"]],
    },
    getblockhashes: {
      calls: [
        [[time + 1, time - 3600], is.some(is.hash)],
        [
          [time + 1, time - 3600, { noOrphans: true, logicalTimes: true }],
          is.some(is.record({ blockhash: is.hash, logicalts: is.integer })),
        ],
      ],
      refused: [[[time, 0, { noOrphans: 1 }], -1, "JSON value is not a boolean as expected"]],
    },
    getspentinfo: {
      calls: [[[spent], is.record({ txid: is.hash, index: is.integer, height: is.integer })]],
      types: { 0: [5, -1, /^getspentinfo \{outpoint\}\n/] },
      refused: [
        [[{}], -5, "Invalid txid, must be a string"],
        [[{ txid: spent.txid }], -5, "Invalid index, must be an integer"],
        [[{ txid: "00".repeat(32), index: 0 }], -5, "Unable to get spent info"],
      ],
    },
    invalidateblock: {
      calls: [[[tip], is.nothing]],
      refused: [[["00".repeat(32)], -5, "Block not found"]],
      after: () => scene.call("reconsiderblock", [tip]),
    },
    reconsiderblock: {
      calls: [[[tip], is.nothing]],
      refused: [[["00".repeat(32)], -5, "Block not found"]],
    },
  };
};
