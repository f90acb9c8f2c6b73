import { describe, expect, test } from "bun:test";
import { concatBytes, equalBytes, fromHex, toHex } from "../../../../src/protocol/bytes/index.ts";
import { hash160, publicKeyCreate, publicKeyIsValid, sha256, sha256d } from "../../../../src/protocol/crypto/index.ts";
import {
  allowedEquihashSizes,
  builtInNetwork,
  type NetworkParams,
  UPGRADES,
} from "../../../../src/protocol/params/index.ts";
import { decodeBlock, decodeHeader, encodeHeader, equihashInput } from "../../../../src/protocol/primitives/index.ts";
import {
  blockSubsidy,
  type ChainEntry,
  COINBASE_MATURITY,
  nextPonBits,
  nextPowBits,
  specialPayments,
} from "../../../../src/protocol/rules/index.ts";
import { scriptForDestination } from "../../../../src/protocol/script/index.ts";
import { allSolutions48 } from "../crypto/equihash-all-solutions.ts";

const devnet = builtInNetwork("devnet") as NetworkParams;
const COIN = 100_000_000n;
const named = (text: string) => sha256(new TextEncoder().encode(`fluxnode devnet ${text}`));
const keyOf = (text: string, compressed: boolean) => publicKeyCreate(named(text), compressed);
const addressScript = (text: string) => scriptForDestination({ kind: "pubkeyhash", hash: hash160(keyOf(text, true)) });

/** Blocks 0 to `height` with the bits that the rules ask for, `spacing` seconds apart. */
function chain(height: number, spacing: number): ChainEntry {
  const { header } = decodeBlock(devnet.genesisBlock);
  let tip: ChainEntry = { ...header, height: 0, parent: null };
  for (let next = 1; next <= height; next++) {
    const time = next === 1 ? 1_800_000_000 : tip.time + spacing;
    const pon = next >= devnet.heights.pon;
    const bits = pon ? nextPonBits(tip, devnet) : nextPowBits(tip, devnet, time);
    tip = { version: pon ? 100 : 4, time, bits, hash: new Uint8Array(32), height: next, parent: tip };
  }
  return tip;
}

function* entries(tip: ChainEntry): IterableIterator<ChainEntry> {
  for (let entry: ChainEntry | null = tip; entry; entry = entry.parent) yield entry;
}

describe("devnet", () => {
  test("all of its keys are those that the documentation derives", () => {
    expect(toHex(devnet.magic)).toBe(toHex(named("magic").subarray(0, 4)));
    expect(devnet.benchmarkKeys).toEqual([{ publicKey: keyOf("benchmark 1", false), fromTime: 0 }]);
    expect(devnet.foundationKeys).toEqual([{ publicKey: keyOf("foundation 1", false), fromTime: 0 }]);
    expect(devnet.emergency.publicKeys.map(toHex)).toEqual(
      [1, 2, 3].map((number) => toHex(keyOf(`emergency ${number}`, true))),
    );
    expect(devnet.emergency.minSignatures).toBe(2);
    expect(devnet.emergency.publicKeys.every(publicKeyIsValid)).toBe(true);
    expect(devnet.exchangeFund.script).toEqual(addressScript("exchange fund"));
    expect(devnet.foundationFund.script).toEqual(addressScript("foundation fund"));
    expect(devnet.swapPool.script).toEqual(addressScript("swap pool"));
    expect(devnet.devFundScript).toEqual(addressScript("development fund"));
  });

  test("shares no key with another network", () => {
    const keysOf = (params: NetworkParams) =>
      [
        ...params.emergency.publicKeys,
        ...[...params.benchmarkKeys, ...params.foundationKeys].map((key) => key.publicKey),
        params.devFundScript,
      ].map(toHex);
    const others = ["main", "test", "regtest"].flatMap((name) => keysOf(builtInNetwork(name) as NetworkParams));
    expect(keysOf(devnet).filter((key) => others.includes(key))).toEqual([]);
  });

  test("its genesis block is the first that there is for its text, time and target", () => {
    const { header, transactions } = decodeBlock(devnet.genesisBlock);
    const text = transactions[0]?.inputs[0]?.scriptSig.subarray(8) as Uint8Array;
    expect(new TextDecoder().decode(text)).toBe("fluxnode devnet: every upgrade on one machine, coins without value");
    const found: string[] = [];
    const input = equihashInput(header).slice();
    for (let nonce = 0; found.length === 0; nonce++) {
      input.fill(0, 108);
      input[108] = nonce;
      for (const solution of allSolutions48(input)) {
        const raw = concatBytes(input, Uint8Array.of(solution.length), solution);
        if ((sha256d(raw).at(-1) as number) < 0x0f) found.push(toHex(raw));
      }
    }
    expect(found).toEqual([toHex(encodeHeader(header))]);
    expect(equalBytes(decodeHeader(fromHex(found[0] as string)).hash, devnet.genesisHash)).toBe(true);
  });

  test("asks for the parameters 48,5, 96,5 and 48,5 again, with some blocks of overlap", () => {
    const sizes = (height: number) => allowedEquihashSizes(devnet, height).map(({ n, k }) => `${n},${k}`);
    const runs: [from: number, sizes: string][] = [];
    for (let height = 1; height < devnet.heights.pon; height++) {
      const text = sizes(height).join(" ");
      if (runs.at(-1)?.[1] !== text) runs.push([height, text]);
    }
    expect(runs).toEqual([
      [1, "48,5"],
      [20, "96,5 48,5"],
      [25, "96,5"],
      [40, "48,5 96,5"],
      [45, "48,5"],
    ]);
  });

  test.each([0, 1, 30, 600])("proof of work stays easy with blocks %i seconds apart", (spacing) => {
    const harder = [...entries(chain(devnet.heights.pon - 1, spacing))].filter(({ bits }) => bits !== 0x200f0f0f);
    // The two blocks at the end of the ramp after KAMIOOKA, where the reference's factor is below zero.
    expect(harder.map(({ height, bits }) => [height, bits])).toEqual([
      [108, 0x200e1e1e],
      [107, 0x200e9696],
    ]);
  });

  test("Proof of Node begins at the easiest target and follows the pace after 20 blocks", () => {
    const start = devnet.heights.pon;
    const bits = (height: number, spacing: number) => chain(height, spacing).bits;
    for (const height of [start, start + 19]) expect(bits(height, 1)).toBe(0x207fffff);
    expect(bits(start + 20, 1)).toBeLessThan(0x207fffff);
    expect(bits(start + 60, 30)).toBe(0x207fffff);
  });

  test("its first coins can be collateral long before Proof of Node begins", () => {
    expect(blockSubsidy(1, devnet)).toBe(13_020_000n * COIN);
    const collateral = 1 + COINBASE_MATURITY;
    const start = collateral + 100;
    expect(start).toBeGreaterThanOrEqual(devnet.heights.kamata);
    // Some blocks before FLUX, so that every later era has nodes to pay.
    expect(devnet.heights.flux - start).toBeGreaterThan(20);
    expect(devnet.startPaymentsHeight).toBeLessThan(start);
  });

  test("every upgrade comes, one after another, and every special payment after FLUX and before Proof of Node", () => {
    const heights = UPGRADES.map((upgrade) => devnet.heights[upgrade]);
    expect(heights).toEqual([10, 20, 30, 40, 100, 230, 250, 270, 300]);
    const paid = Array.from({ length: 1000 }, (_, height) =>
      specialPayments(height, devnet).map(({ fund }) => `${height} ${fund}`),
    );
    expect(paid.flat()).toEqual([
      ...["235 exchange", "240 foundation"],
      ...[245, 255, 265, 275, 285].map((height) => `${height} swappool`),
    ]);
  });
});
