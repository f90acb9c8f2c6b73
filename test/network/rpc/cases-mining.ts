import type { MethodCases } from "./method-case.ts";
import * as is from "./shape.ts";

const emergency = "Block is not an emergency block";

interface Emergency {
  readonly hex: string;
  readonly hash: string;
}

export const miningCases: MethodCases = async (scene) => {
  const { height, block, unspent, emergencyKeys } = scene.facts;
  const made = await scene.result<Emergency>("createemergencyblock");
  const once = await scene.result<Emergency>("signemergencyblock", made.hex, emergencyKeys[0]);
  const twice = await scene.result<Emergency>("signemergencyblock", once.hex, emergencyKeys[1]);
  return {
    getmininginfo: {
      calls: [
        [
          [],
          is.record({
            blocks: is.exactly(height),
            currentblocksize: is.integer,
            currentblocktx: is.integer,
            difficulty: is.number,
            errors: is.text,
            genproclimit: is.integer,
            localsolps: is.number,
            networksolps: is.number,
            networkhashps: is.number,
            pooledtx: is.integer,
            testnet: is.bool,
            chain: is.exactly("regtest"),
            "generate?": is.bool,
            ponminter: is.exactly(false),
          }),
        ],
      ],
    },
    getnetworksolps: { calls: [[[120, -1], is.number]] },
    getlocalsolps: { calls: [[[], is.number]] },
    getblocksubsidy: {
      calls: [[[height], is.record({ miner: is.amount })]],
      refused: [[[-1], -8, "Block height out of range"]],
    },
    getblocktemplate: {
      calls: [[[{ mode: "proposal", data: block }], is.exactly("duplicate")]],
      refused: [
        [[{ mode: "x" }], -8, "Invalid mode"],
        [[{ mode: 5 }], -8, "Invalid mode"],
        [[{ mode: "proposal" }], -3, "Missing data String key for proposal"],
        [[{ mode: "proposal", data: "00" }], -22, "Block decode failed"],
      ],
    },
    submitblock: {
      calls: [[[block, {}], is.exactly("duplicate")]],
      types: { 1: "it is not looked at" },
      refused: [[["00"], -22, "Block decode failed"]],
    },
    prioritisetransaction: {
      calls: [[[unspent.txid, 1.5, 1000], is.exactly(true)]],
      types: { 1: ["x", -1, "JSON value is not a number as expected"] },
      refused: [[["zz", 0, 0], -1, "txid must be hexadecimal string (not 'zz')"]],
    },
    getgenerate: { calls: [[[], is.bool]] },
    setgenerate: {
      where: "main",
      calls: [[[false, 1], is.nothing]],
    },
    generate: { calls: [[[0], is.list(is.hash)]] },
    estimatefee: {
      calls: [[[1], is.either(is.exactly(-1), is.amount)]],
      types: { 0: ["x", -3, "Expected type number, got string"] },
    },
    estimatepriority: {
      calls: [[[1], is.number]],
      types: { 0: ["x", -3, "Expected type number, got string"] },
    },
    createemergencyblock: {
      calls: [
        [
          [],
          is.record({
            hex: is.hex,
            hash: is.hash,
            height: is.exactly(height + 1),
            collateral: is.hash,
            signatures_required: is.exactly(2),
            authorized_keys: is.some(is.hex),
          }),
        ],
      ],
    },
    signemergencyblock: {
      calls: [
        [
          [once.hex, emergencyKeys[1]],
          is.record({ hex: is.hex, hash: is.hash, signatures: is.exactly(2), complete: is.exactly(true) }),
        ],
      ],
      refused: [
        [["00", ""], -22, "Block decode failed"],
        [[block, ""], -8, emergency],
        [[made.hex, "x"], -8, "Invalid private key"],
        [[once.hex, emergencyKeys[0]], -8, "This key has already signed the block"],
      ],
    },
    verifyemergencyblock: {
      calls: [
        [
          [twice.hex],
          is.record({
            valid: is.exactly(true),
            signatures: is.exactly(2),
            signatures_required: is.exactly(2),
            signers: is.some(is.hex),
          }),
        ],
      ],
      refused: [[[block], -8, emergency]],
    },
    submitemergencyblock: {
      calls: [[[twice.hex], is.exactly(twice.hash)]],
      refused: [
        [[block], -8, emergency],
        [[made.hex], -25, "Emergency block has invalid or insufficient signatures"],
      ],
      after: () => scene.call("invalidateblock", [twice.hash]),
    },
  };
};
