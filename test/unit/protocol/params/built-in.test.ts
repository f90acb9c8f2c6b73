import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { equihashParametersFor, equihashVerify } from "../../../../src/protocol/crypto/index.ts";
import { BUILT_IN_NETWORKS, builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import { decodeBlock, encodeAddress, encodeBlock, equihashInput } from "../../../../src/protocol/primitives/index.ts";
import {
  checkHeader,
  decodeCompact,
  encodeCompact,
  hashToNumber,
  transactionsRoot,
} from "../../../../src/protocol/rules/index.ts";
import { destinationOf } from "../../../../src/protocol/script/index.ts";

const FILES = join(import.meta.dir, "../../../../src/protocol/params/networks");

/** Parts of a network file that the program does not read: they explain what it reads. */
interface Notes {
  genesis: {
    version: number;
    hashPrevBlock: string;
    hashMerkleRoot: string;
    hashFinalSaplingRoot: string;
    time: number;
    bits: string;
    nonce: string;
    solution: string;
    solutionBytes: number;
    hash: string;
    headerHex: string;
    blockHex: string;
    coinbase: { scriptSig: string; valueZat: number; scriptPubKey: string; txHex: string; txid: string };
  };
  funding: Record<"exchange" | "foundation" | "swapPool" | "devFund", { address: string; scriptPubKey: string }> & {
    swapPool: { startHeight: number; interval: number; times: number; heights: number[] };
  };
}

test("every network file is built in under its own name", () => {
  const files = readdirSync(FILES).map((name) => name.replace(/\.json$/, ""));
  expect([...BUILT_IN_NETWORKS].sort()).toEqual(files.sort());
  expect([...BUILT_IN_NETWORKS]).toEqual(["main", "test", "regtest", "devnet"]);
  for (const name of BUILT_IN_NETWORKS) expect(builtInNetwork(name)?.name).toBe(name);
  for (const name of ["", "Main", "signet", "constructor", "__proto__"]) expect(builtInNetwork(name)).toBeUndefined();
});

test("no two networks can be mixed up by their peers, folders or genesis blocks", () => {
  const all = BUILT_IN_NETWORKS.map((name) => builtInNetwork(name) as NetworkParams);
  for (const of of [
    (params: NetworkParams) => toHex(params.magic),
    (params: NetworkParams) => String(params.p2pPort),
    (params: NetworkParams) => params.name,
    (params: NetworkParams) => toHex(params.genesisHash),
  ]) {
    expect(new Set(all.map(of)).size).toBe(all.length);
  }
});

describe.each([...BUILT_IN_NETWORKS])("network %s", (name) => {
  const params = builtInNetwork(name) as NetworkParams;
  const { genesis, funding } = JSON.parse(readFileSync(join(FILES, `${name}.json`), "utf8")) as Notes;
  const { header, transactions } = decodeBlock(params.genesisBlock);

  test("the genesis block has its hash, merkle root, solution and target", () => {
    expect(header.hash).toEqual(params.genesisHash);
    expect(header.time).toBe(params.genesisTime);
    expect(transactionsRoot(transactions).root).toEqual(header.merkleRoot);
    if (header.proof.kind !== "pow") throw new Error("not a PoW block");
    const { solution } = header.proof;
    const { n, k } = equihashParametersFor(solution.length) as { n: number; k: number };
    expect(equihashVerify(n, k, equihashInput(header), solution)).toBe(true);
    expect(decodeCompact(header.bits).target <= params.powLimit.target).toBe(true);
    expect(hashToNumber(header.hash) <= decodeCompact(header.bits).target).toBe(true);
    const context = { tipHeight: -1, adjustedTime: header.time };
    expect(checkHeader(header, params, context)).toBeNull();
    expect(toHex(encodeBlock(header, transactions))).toBe(genesis.blockHex);
    expect(params.checkpoints[0]).toEqual({ height: 0, hash: params.genesisHash });
  });

  test("the notes about the genesis block are true", () => {
    if (header.proof.kind !== "pow") throw new Error("not a PoW block");
    const [coinbase] = transactions;
    expect(transactions.length).toBe(1);
    expect({
      version: header.version,
      hashPrevBlock: toDisplayHash(header.prevHash),
      hashMerkleRoot: toDisplayHash(header.merkleRoot),
      hashFinalSaplingRoot: toDisplayHash(header.finalSaplingRoot),
      time: header.time,
      bits: `0x${header.bits.toString(16)}`,
      nonce: toDisplayHash(header.proof.nonce),
      solution: toHex(header.proof.solution),
      solutionBytes: header.proof.solution.length,
      hash: toDisplayHash(header.hash),
      headerHex: genesis.blockHex.slice(0, genesis.headerHex.length),
    }).toEqual({ ...genesis, coinbase: undefined, blockHex: undefined } as never);
    expect(coinbase).toMatchObject({ raw: fromHex(genesis.coinbase.txHex), lockTime: 0 });
    expect(toDisplayHash(coinbase?.txid as Uint8Array)).toBe(genesis.coinbase.txid);
    expect(toHex(coinbase?.inputs[0]?.scriptSig as Uint8Array)).toBe(genesis.coinbase.scriptSig);
    expect(coinbase?.outputs).toEqual([
      { value: BigInt(genesis.coinbase.valueZat), script: fromHex(genesis.coinbase.scriptPubKey) },
    ]);
    expect(genesis.blockHex).toBe(`${genesis.headerHex}01${genesis.coinbase.txHex}`);
  });

  test("limits are what their compact forms say", () => {
    for (const { target, compact } of [params.powLimit, params.ponLimit, params.ponStartLimit]) {
      expect(encodeCompact(target)).toBe(compact);
    }
  });

  test("upgrades come in the order of the table, and their keys and addresses are what they should be", () => {
    const heights = params.upgradeTable.map((entry) => entry.activationHeight).filter((height) => height >= 0);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    for (const { address, scriptPubKey } of Object.values(funding)) {
      const destination = destinationOf(fromHex(scriptPubKey));
      if (!destination) throw new Error(`${scriptPubKey} pays nobody`);
      expect(encodeAddress(destination, params.base58)).toBe(address);
    }
    const { startHeight, interval, times, heights: swapHeights } = funding.swapPool;
    expect(swapHeights).toEqual(Array.from({ length: times }, (_, i) => startHeight + i * interval));
  });
});
