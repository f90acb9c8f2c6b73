import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { ChainReader, HeaderEntry } from "../../../../src/chain/index.ts";
import { ByteReader, ByteWriter, fromHex, toDisplayHash } from "../../../../src/protocol/bytes/index.ts";
import { base58checkEncode, bech32Encode, merkleRoot } from "../../../../src/protocol/crypto/index.ts";
import { readPartialMerkleTree, writePartialMerkleTree } from "../../../../src/protocol/filters/index.ts";
import { type Block, decodeHeader } from "../../../../src/protocol/primitives/index.ts";
import { call, failure, fakeContext, MAIN, TEST } from "./fake-context.ts";

const VECTORS = join(import.meta.dir, "../../../vectors");
const read = (file: string) => JSON.parse(readFileSync(join(VECTORS, file), "utf8"));
const answers = read("rpc/mainnet-answers.json").items as {
  method: string;
  params: Record<string, string>;
  result: unknown;
}[];
const example = (method: string) => answers.find((item) => item.method === method) as (typeof answers)[0];
const addresses = read("script/mainnet-addresses.json").items as { address: string; script: string; type: string }[];

describe("decodescript", () => {
  test("answers as a main-network node did", async () => {
    const { params, result } = example("decodescript");
    expect(JSON.stringify(await call(fakeContext(), "decodescript", params.hex as string))).toBe(
      JSON.stringify(result),
    );
  });

  test("takes an empty script, data and bare multisig", async () => {
    expect(await call(fakeContext(), "decodescript", "")).toEqual({
      asm: "",
      type: "nonstandard",
      p2sh: expect.stringMatching(/^t3/),
    });
    expect(await call(fakeContext(), "decodescript", "6a0568656c6c6f")).toEqual({
      asm: "OP_RETURN 68656c6c6f",
      type: "nulldata",
      p2sh: expect.any(String),
    });
    const key = "03f875b178ecb6d0d3cf750aaf509e907b9d396cc866897bc5219d5375b4b22c74";
    expect(await call(fakeContext(), "decodescript", `5121${key}51ae`)).toMatchObject({
      asm: `1 ${key} 1 OP_CHECKMULTISIG`,
      reqSigs: 1,
      type: "multisig",
      addresses: ["t1NdSKKkBXV3GBDMcPvpWu12qcNwAZwB4hD"],
    });
  });
});

describe("validateaddress", () => {
  test("knows addresses of the main network", async () => {
    for (const { address, script, type } of addresses) {
      expect(await call(fakeContext(), "validateaddress", address)).toEqual({
        isvalid: true,
        address,
        scriptPubKey: script,
        ismine: false,
        iswatchonly: false,
        isscript: type === "p2sh",
      });
    }
  });

  test("refuses those of other networks and anything else", async () => {
    const { address } = addresses[0] as { address: string };
    expect(await call(fakeContext(TEST), "validateaddress", address)).toEqual({ isvalid: false });
    for (const text of ["", "t1", address.slice(0, -1), `${address}x`, "zs1", "\u0000"]) {
      expect(await call(fakeContext(), "validateaddress", text)).toEqual({ isvalid: false });
    }
  });
});

describe("z_validateaddress", () => {
  const key = (first: number) => Uint8Array.from({ length: 32 }, (_, i) => first + i);

  test("takes Sprout addresses apart", async () => {
    const text = base58checkEncode(Uint8Array.of(...MAIN.base58.sproutPaymentAddress, ...key(0), ...key(100)));
    expect(JSON.stringify(await call(fakeContext(), "z_validateaddress", text))).toBe(
      JSON.stringify({
        isvalid: true,
        address: text,
        type: "sprout",
        payingkey: toDisplayHash(key(0)),
        transmissionkey: toDisplayHash(key(100)),
        ismine: false,
      }),
    );
    expect(await call(fakeContext(TEST), "z_validateaddress", text)).toEqual({ isvalid: false });
  });

  test("takes Sapling addresses apart", async () => {
    const diversifier = key(7).slice(0, 11);
    const text = bech32Encode(MAIN.bech32.saplingPaymentAddress, Uint8Array.of(...diversifier, ...key(50)));
    expect(JSON.stringify(await call(fakeContext(), "z_validateaddress", text))).toBe(
      JSON.stringify({
        isvalid: true,
        address: text,
        type: "sapling",
        diversifier: Buffer.from(diversifier).toString("hex"),
        diversifiedtransmissionkey: toDisplayHash(key(50)),
        ismine: false,
      }),
    );
    const short = bech32Encode(MAIN.bech32.saplingPaymentAddress, key(50));
    for (const other of [short, text.slice(0, -1), "", (addresses[0] as { address: string }).address]) {
      expect(await call(fakeContext(), "z_validateaddress", other)).toEqual({ isvalid: false });
    }
    expect(await call(fakeContext(TEST), "z_validateaddress", text)).toEqual({ isvalid: false });
  });
});

describe("verifymessage", () => {
  const { fluxaddress, signature, message } = example("verifymessage").params as Record<string, string>;
  const verify = (...params: string[]) => call(fakeContext(), "verifymessage", ...params);

  test("accepts a signature shown in the public documentation, and it alone", async () => {
    expect(await verify(fluxaddress as string, signature as string, message as string)).toBe(true);
    expect(await verify(fluxaddress as string, signature as string, `${message}!`)).toBe(false);
    const other = addresses.find(({ type }) => type === "p2pkh")?.address as string;
    expect(await verify(other, signature as string, message as string)).toBe(false);
    expect(await verify(fluxaddress as string, "", message as string)).toBe(false);
    expect(await verify(fluxaddress as string, "AAAA", message as string)).toBe(false);
  });

  test("tells what is wrong with its parameters", async () => {
    const script = addresses.find(({ type }) => type === "p2sh")?.address as string;
    expect(await failure(fakeContext(), "verifymessage", script, "", "")).toEqual([
      -3,
      "Address does not refer to key",
    ]);
    for (const bad of ["A", "AA=", "AA==A", "AB==", "*AAA", "AA =", "AAA=="]) {
      expect(await failure(fakeContext(), "verifymessage", fluxaddress as string, bad, "")).toEqual([
        -5,
        "Malformed base64 encoding",
      ]);
    }
  });
});

describe("createmultisig", () => {
  const keys = [
    "03f875b178ecb6d0d3cf750aaf509e907b9d396cc866897bc5219d5375b4b22c74",
    "034422a5edb6f00f7ab35736c334b339eb8e510b27eb8c3a9a1151f131d61126bc",
  ];

  test("gives the script and its address", async () => {
    const made = (await call(fakeContext(), "createmultisig", 2, keys)) as { address: string; redeemScript: string };
    expect(made.redeemScript).toBe(`52${keys.map((key) => `21${key}`).join("")}52ae`);
    expect(await call(fakeContext(), "decodescript", made.redeemScript)).toMatchObject({
      p2sh: made.address,
      reqSigs: 2,
    });
  });

  test("refuses what cannot be spent", async () => {
    const bad = `02${"ff".repeat(32)}`;
    const cases: [number, string[], string][] = [
      [0, keys, "a multisignature address must require at least one key to redeem"],
      [3, keys, "not enough keys supplied (got 2 keys, but need at least 3 to redeem)"],
      [
        1,
        new Array(17).fill(keys[0]),
        "Number of addresses involved in the multisignature address creation > 16\nReduce the number",
      ],
      [1, [bad], ` Invalid public key: ${bad}`],
      [1, ["t1"], " Invalid public key: t1"],
      [1, new Array(16).fill(keys[0]), "redeemScript exceeds size limit: 547 > 520"],
    ];
    for (const [required, list, message] of cases) {
      expect(await failure(fakeContext(), "createmultisig", required, list)).toEqual([-1, message]);
    }
  });
});

describe("proofs of transactions in blocks", () => {
  const [proof] = read("rpc/merkle-proofs.json").items as [{ proof: string; matchedTxids: string[] }];
  const header = decodeHeader(fromHex(proof.proof));
  const entry = { header, hash: header.hash, height: 5 } as unknown as HeaderEntry;
  const active: Partial<ChainReader> = { entry: () => entry, isActive: () => true };

  test("one of the main network is made and verified", async () => {
    const txid = fromHex(proof.matchedTxids[0] as string).reverse();
    const block = { header, transactions: [{ txid }] } as unknown as Block;
    const context = fakeContext(MAIN, { ...active, block: () => block, transaction: () => ({ entry }) as never });
    expect(await call(context, "gettxoutproof", proof.matchedTxids)).toBe(proof.proof);
    expect(await call(context, "gettxoutproof", proof.matchedTxids, "00")).toBe(proof.proof);
    expect(await failure(context, "gettxoutproof", ["33".repeat(32)])).toEqual([
      -5,
      "(Not all) transactions not found in specified block",
    ]);
    expect(await call(context, "verifytxoutproof", proof.proof)).toEqual(proof.matchedTxids);
  });

  test("a damaged one proves nothing, and one of an unknown block is refused", async () => {
    const context = fakeContext(MAIN, active);
    expect(await call(context, "verifytxoutproof", `${proof.proof.slice(0, -2)}00`)).toEqual([]);
    expect((await failure(context, "verifytxoutproof", proof.proof.slice(0, -4)))[0]).toBe(-1);
    expect(await failure(fakeContext(MAIN, { entry: () => undefined }), "verifytxoutproof", proof.proof)).toEqual([
      -5,
      "Block not found in chain",
    ]);
  });

  test("whatever is proven is found again under the block's merkle root", () => {
    const leafCount = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(leafCount, fc.infiniteStream(fc.boolean()), (count, stream) => {
        const leaves = Array.from({ length: count }, (_, i) => new Uint8Array(32).fill(i + 1));
        const matches = leaves.map(() => stream.next().value as boolean);
        const writer = new ByteWriter();
        writePartialMerkleTree(writer, leaves, matches);
        const found = readPartialMerkleTree(new ByteReader(writer.finish()));
        const root = merkleRoot(Uint8Array.from(leaves.flatMap((leaf) => [...leaf]))).root;
        expect(found?.root).toEqual(root);
        expect(found?.matches).toEqual(leaves.filter((_, i) => matches[i]));
      }),
    );
  });

  test("no bytes make the reader take more than they hold", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readPartialMerkleTree(new ByteReader(bytes));
        } catch (error) {
          expect((error as Error).name).toBe("DecodeError");
        }
      }),
    );
  });
});
