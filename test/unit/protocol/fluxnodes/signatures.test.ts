import { describe, expect, test } from "bun:test";
import { bytesKey, fromHex, keyBytes, toDisplayHash, toHex } from "../../../../src/protocol/bytes/index.ts";
import { ecdsaRecoverCompact, publicKeyCreate, sha256d } from "../../../../src/protocol/crypto/index.ts";
import {
  attestConfirm,
  benchmarkMessage,
  checkFluxnodeSignatures,
  checkFluxnodeTransaction,
  checkTableSignatures,
  confirmMessage,
  type MessageKey,
  messageHash,
  NodeTable,
  signConfirm,
  signMessage,
  signStart,
  startMessage,
  verifyMessage,
} from "../../../../src/protocol/fluxnodes/index.ts";
import { keyAtTime, type NetworkParams } from "../../../../src/protocol/params/index.ts";
import {
  decodeBlock,
  decodeTransaction,
  decodeWif,
  type FluxnodeConfirm,
  makeTransaction,
  type Transaction,
} from "../../../../src/protocol/primitives/index.ts";
import { multisigScript } from "../../../../src/protocol/script/index.ts";
import { confirmTx, main, numberedOutpoint, readJson, record, startTx, vectors } from "./fixtures.ts";

const INVALID = {
  rule: "fluxnode.signature",
  reason: "bad-txns-fluxnode-tx-invalid-signature",
  code: 16,
  scope: "copy",
  blame: 10,
} as const;

function key(n: number, compressed = true): MessageKey & { publicKey: Uint8Array } {
  const secret = new Uint8Array(32).fill(n);
  return { secret, compressed, publicKey: publicKeyCreate(secret, compressed) };
}

function confirmOf(tx: Transaction): FluxnodeConfirm {
  if (tx.fluxnode?.kind !== "confirm") throw new Error("not a CONFIRM");
  return tx.fluxnode;
}

function tableWith(tx: Transaction, publicKey: Uint8Array): NodeTable {
  const table = new NodeTable();
  table.put(record({ collateral: confirmOf(tx).collateral, publicKey }));
  return table;
}

test("message hash", () => {
  for (const row of vectors.message_hash.cases) expect(toHex(messageHash(keyBytes(row.message)))).toBe(row.hash);
});

test("benchmark key by the transaction's own time", () => {
  const { keys, cases } = vectors.benchmark_key_selection_main;
  for (const row of cases) {
    expect(toHex(keyAtTime(main.benchmarkKeys, row.benchmarkSigTime))).toBe(keys[row.index].pubkey);
  }
});

describe("main network transactions of the specification", () => {
  for (const vector of vectors.transactions) {
    test(vector.name, () => {
      const tx = decodeTransaction(fromHex(vector.raw_hex));
      expect(toDisplayHash(tx.txid)).toBe(vector.txid);
      expect(checkFluxnodeTransaction(tx, main, null)).toBeNull();
      if (tx.fluxnode?.kind === "start") {
        expect(bytesKey(startMessage(tx.txid))).toBe(vector.start_message_ascii);
        const hash = messageHash(startMessage(tx.txid));
        expect(toHex(hash)).toBe(vector.start_message_hash);
        expect(toHex(ecdsaRecoverCompact(hash, tx.fluxnode.signature) as Uint8Array)).toBe(vector.recovered_pubkey);
        return;
      }
      const confirm = confirmOf(tx);
      expect(bytesKey(confirmMessage(confirm))).toBe(vector.confirm_message_ascii);
      expect(toHex(messageHash(confirmMessage(confirm)))).toBe(vector.confirm_message_hash);
      expect(toHex(benchmarkMessage(confirm))).toBe(vector.benchmark_message_hex);
      expect(toHex(messageHash(benchmarkMessage(confirm)))).toBe(vector.benchmark_message_hash);
      expect(toHex(keyAtTime(main.benchmarkKeys, confirm.benchmarkSigTime))).toBe(vector.recovered_benchmark_pubkey);
      const table = tableWith(tx, fromHex(vector.recovered_node_pubkey));
      expect(checkFluxnodeSignatures(tx, main, table)).toBeNull();
      expect(checkFluxnodeSignatures(tx, main, tableWith(tx, key(1).publicKey))).toEqual(INVALID);
      expect(checkTableSignatures(tx, tableWith(tx, key(1).publicKey))).toEqual(INVALID);
    });
  }
});

describe("recorded main network data", () => {
  interface Item {
    kind?: string;
    hex: string;
    txid: string;
    signatureValid?: boolean;
    nodePubkeyRecovered?: string;
  }
  const files = {
    transactions: readJson("mainnet/transactions.json").items as Item[],
    blocks: readJson("mainnet/pon-block-transactions.json").items.flatMap(
      (block: { transactions: Item[] }) => block.transactions,
    ),
  };
  for (const [file, all] of Object.entries(files)) {
    const items = (all as Item[]).filter((item) => item.kind?.startsWith("fluxnode"));
    test(`${file}: every fluxnode signature`, () => {
      expect(items.length).toBeGreaterThan(5);
      for (const item of items) {
        const tx = decodeTransaction(fromHex(item.hex));
        expect(toDisplayHash(tx.txid)).toBe(item.txid);
        const verdict = checkFluxnodeTransaction(tx, main, null);
        // One START of the SDK is signed by a key outside its redeem script; everything else is good.
        expect({ txid: item.txid, good: verdict === null }).toEqual({
          txid: item.txid,
          good: item.signatureValid !== false,
        });
        if (item.nodePubkeyRecovered) {
          const table = tableWith(tx, fromHex(item.nodePubkeyRecovered));
          expect(checkFluxnodeSignatures(tx, main, table)).toBeNull();
        }
      }
    });
  }

  test("the first Proof-of-Node block", () => {
    const item = readJson("mainnet/blocks.json").items.find((block: { height: number }) => block.height === 2_020_000);
    const { transactions } = decodeBlock(fromHex(item.raw));
    const fluxnode = transactions.filter((tx) => tx.fluxnode);
    expect(fluxnode.length).toBeGreaterThan(0);
    for (const tx of fluxnode) expect(checkFluxnodeTransaction(tx, main, null)).toBeNull();
  });
});

describe("START", () => {
  const owner = key(1);
  const collateral = numberedOutpoint(1);

  test("its owner signs, with the key in its listed form", () => {
    for (const compressed of [true, false]) {
      const signer = key(1, compressed);
      const tx = signStart(startTx(collateral, { collateralPublicKey: signer.publicKey }), signer);
      expect(checkFluxnodeTransaction(tx, main, null)).toBeNull();
      const other = startTx(collateral, { collateralPublicKey: key(1, !compressed).publicKey });
      expect(checkFluxnodeTransaction(signStart(other, signer), main, null)).toEqual(INVALID);
    }
  });

  test("a signature that is missing, cut, with another recovery id or over other fields is refused", () => {
    const unsigned = startTx(collateral, { collateralPublicKey: owner.publicKey });
    const signed = signStart(unsigned, owner);
    const { signature } = signed.fluxnode as { signature: Uint8Array };
    const withSignature = (bytes: Uint8Array, from = signed) =>
      makeTransaction({ ...from, fluxnode: { ...(from.fluxnode as never as object), signature: bytes } as never });
    const flipped = signature.slice();
    flipped[0] = (flipped[0] as number) ^ 1;
    const congruent = signature.slice();
    congruent[0] = (congruent[0] as number) + 8;
    expect(checkFluxnodeTransaction(unsigned, main, null)).toEqual(INVALID);
    expect(checkFluxnodeTransaction(withSignature(signature.subarray(0, 64)), main, null)).toEqual(INVALID);
    expect(checkFluxnodeTransaction(withSignature(flipped), main, null)).toEqual(INVALID);
    expect(checkFluxnodeTransaction(withSignature(congruent), main, null)).toBeNull();
    const later = startTx(collateral, { collateralPublicKey: owner.publicKey, sigTime: 1_700_000_001 });
    expect(checkFluxnodeTransaction(withSignature(signature, later), main, null)).toEqual(INVALID);
  });

  test("the signature does not change the txid", () => {
    const unsigned = startTx(collateral, { collateralPublicKey: owner.publicKey });
    expect(signStart(unsigned, owner).txid).toEqual(unsigned.txid);
    expect(sha256d(signStart(unsigned, owner).raw)).not.toEqual(unsigned.txid);
  });

  test("any one key of a P2SH node's multisig suffices, whatever the threshold", () => {
    const redeemScript = multisigScript(
      3,
      [1, 2, 3].map((n) => key(n).publicKey),
    );
    const tx = startTx(collateral, { collateralPublicKey: new Uint8Array(0), redeemScript, fluxTxVersion: 2 }, 6);
    for (const n of [1, 2, 3]) expect(checkFluxnodeTransaction(signStart(tx, key(n)), main, null)).toBeNull();
    expect(checkFluxnodeTransaction(signStart(tx, key(4)), main, null)).toEqual(INVALID);
  });

  test("the daemon's P2SH example: the second key of the script signs", () => {
    const unit = vectors.p2sh_start_unit_test;
    const signer = decodeWif(unit.key2.wif, main.base58) as MessageKey;
    const redeemScript = fromHex(unit.redeem_script);
    const tx = startTx(collateral, { collateralPublicKey: new Uint8Array(0), redeemScript, fluxTxVersion: 2 }, 6);
    expect(checkFluxnodeTransaction(signStart(tx, signer), main, null)).toBeNull();
    const message = { digest: messageHash(keyBytes("m")), signature: signMessage(keyBytes("m"), signer) };
    expect(verifyMessage({ ...message, keys: [unit.key1.pubkey, unit.key2.pubkey].map(fromHex) })).toBe(true);
    expect(verifyMessage({ ...message, keys: [fromHex(unit.key1.pubkey)] })).toBe(false);
    expect(verifyMessage({ ...message, keys: [] })).toBe(false);
  });
});

describe("START with delegates", () => {
  const owner = key(1);
  const delegate = key(2);
  const collateral = numberedOutpoint(1);
  const stored = { version: 1, type: 1, keys: [delegate.publicKey] };
  const table = new NodeTable();
  table.putDelegates(collateral, stored);
  const fields = { collateralPublicKey: owner.publicKey, fluxTxVersion: 0x101 };
  const signing = startTx(collateral, { ...fields, delegates: { using: true, version: 1, type: 2, keys: [] } }, 6);
  const update = startTx(collateral, { ...fields, delegates: { using: true, ...stored } }, 6);

  test("SIGNING needs a stored delegate; the owner will not do", () => {
    expect(checkFluxnodeTransaction(signStart(signing, delegate), main, table)).toBeNull();
    expect(checkFluxnodeTransaction(signStart(signing, owner), main, table)).toEqual(INVALID);
    expect(checkFluxnodeTransaction(signStart(signing, key(3)), main, table)).toEqual(INVALID);
    expect(checkFluxnodeTransaction(signStart(signing, delegate), main, new NodeTable())).toEqual(INVALID);
  });

  test("SIGNING is left open while the node list is not known", () => {
    expect(checkFluxnodeTransaction(signStart(signing, key(3)), main, null)).toBeNull();
    expect(checkTableSignatures(signStart(signing, key(3)), table)).toEqual(INVALID);
    expect(checkTableSignatures(signStart(signing, delegate), table)).toBeNull();
  });

  test("UPDATE needs the owner; a delegate will not do", () => {
    expect(checkFluxnodeTransaction(signStart(update, owner), main, table)).toBeNull();
    expect(checkFluxnodeTransaction(signStart(update, delegate), main, table)).toEqual(INVALID);
  });
});

describe("CONFIRM", () => {
  const node = key(5);
  const benchmark = key(6, false);
  const params: NetworkParams = { ...main, benchmarkKeys: [{ publicKey: benchmark.publicKey, fromTime: 0 }] };
  const attested = attestConfirm(
    signConfirm(confirmTx(numberedOutpoint(1), 1, ""), node),
    { tier: 2, sigTime: 1_700_000_100, ip: "45.1.2.3:16127" },
    benchmark,
  );
  const change = (fields: Partial<FluxnodeConfirm>) =>
    makeTransaction({ ...attested, fluxnode: { ...confirmOf(attested), ...fields } });
  const table = tableWith(attested, node.publicKey);

  test("signed by node and benchmark key", () => {
    expect(checkFluxnodeTransaction(attested, params, table)).toBeNull();
    expect(checkFluxnodeTransaction(attested, main, table)).toEqual(INVALID);
  });

  test("the benchmark signature covers node signature, tier, time and ip", () => {
    const { signature } = confirmOf(attested);
    const malleated = signature.slice();
    malleated[0] = (malleated[0] as number) + 8;
    for (const fields of [
      { signature: malleated },
      { benchmarkTier: 3 },
      { benchmarkSigTime: 1 },
      { ip: "45.1.2.4" },
    ]) {
      expect(checkFluxnodeTransaction(change(fields), params, table)).toEqual(INVALID);
      expect(checkTableSignatures(change(fields), table)).toBeNull();
    }
  });

  test("the node signature covers update type and time", () => {
    for (const fields of [{ updateType: 0 }, { sigTime: 1 }]) {
      expect(checkTableSignatures(change(fields), table)).toEqual(INVALID);
      // Without a record there is no key to check against yet.
      expect(checkFluxnodeTransaction(change(fields), params, new NodeTable())).toBeNull();
    }
  });

  test("a network may do without benchmark signatures, never without node signatures", () => {
    const bypass = { ...main, rules: { ...main.rules, benchmarkBypass: true } };
    const bare = change({ benchmarkSignature: new Uint8Array(0) });
    expect(checkFluxnodeTransaction(bare, bypass, table)).toBeNull();
    expect(checkFluxnodeTransaction(bare, bypass, tableWith(attested, key(7).publicKey))).toEqual(INVALID);
  });
});
