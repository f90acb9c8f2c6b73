/** One entry for verifySignatures: a digest, or an input of one of the transactions. */
export interface SignatureEntry {
  digest?: Uint8Array;
  input?: { transaction: number; index: number; amount: bigint; scriptCode: Uint8Array };
  hashType?: number;
  der: Uint8Array;
  key: Uint8Array;
}

export interface SignedTransaction {
  branchId: number;
  raw: Uint8Array;
}

function u32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}

function i64(value: bigint): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, true);
  return [...bytes];
}

/** The buffer that verifySignatures takes. */
export function packSignatures(transactions: SignedTransaction[], entries: SignatureEntry[]): Uint8Array {
  const bytes = u32(transactions.length);
  for (const { branchId, raw } of transactions) bytes.push(...u32(branchId), ...u32(raw.length), ...raw);
  bytes.push(...u32(entries.length));
  for (const { digest, input, hashType = 1, der, key } of entries) {
    if (input) {
      bytes.push(...u32(input.transaction), ...u32(input.index), ...i64(input.amount));
      bytes.push(...u32(input.scriptCode.length), ...input.scriptCode);
    } else {
      bytes.push(...u32(0xffffffff), ...(digest as Uint8Array));
    }
    bytes.push(hashType, der.length, ...der, key.length, ...key);
  }
  return Uint8Array.from(bytes);
}
