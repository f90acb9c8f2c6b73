import { type ByteReader, type ByteWriter, DecodeError } from "../bytes/index.ts";
import type { JoinSplit, SaplingOutput, SaplingSpend } from "./transaction.ts";

const GROTH16_PROOF_SIZE = 192;
/** Sizes and lead bytes of the eight points A, A', B, B', C, C', K, H of a PHGR13 proof (spec transactions.md section 3). */
const PHGR13_POINTS = [33, 33, 65, 33, 33, 33, 33, 33] as const;
const PHGR13_PROOF_SIZE = 296;

export function readSaplingSpend(reader: ByteReader): SaplingSpend {
  return {
    cv: reader.fixed(32),
    anchor: reader.fixed(32),
    nullifier: reader.fixed(32),
    rk: reader.fixed(32),
    proof: reader.fixed(GROTH16_PROOF_SIZE),
    spendAuthSig: reader.fixed(64),
  };
}

export function writeSaplingSpend(writer: ByteWriter, spend: SaplingSpend): void {
  writer.fixed(spend.cv).fixed(spend.anchor).fixed(spend.nullifier).fixed(spend.rk);
  writer.fixed(spend.proof).fixed(spend.spendAuthSig);
}

export function readSaplingOutput(reader: ByteReader): SaplingOutput {
  return {
    cv: reader.fixed(32),
    cmu: reader.fixed(32),
    ephemeralKey: reader.fixed(32),
    encCiphertext: reader.fixed(580),
    outCiphertext: reader.fixed(80),
    proof: reader.fixed(GROTH16_PROOF_SIZE),
  };
}

export function writeSaplingOutput(writer: ByteWriter, output: SaplingOutput): void {
  writer.fixed(output.cv).fixed(output.cmu).fixed(output.ephemeralKey);
  writer.fixed(output.encCiphertext).fixed(output.outCiphertext).fixed(output.proof);
}

/** The lead bytes are part of the wire format: a point with another one is refused while decoding. */
function readPhgr13Proof(reader: ByteReader): Uint8Array {
  const proof = reader.fixed(PHGR13_PROOF_SIZE);
  let offset = 0;
  for (const size of PHGR13_POINTS) {
    const lead = (proof[offset] as number) & ~1;
    if (lead !== (size === 65 ? 0x0a : 0x02)) throw new DecodeError("lead byte of a proof point");
    offset += size;
  }
  return proof;
}

export function readJoinSplit(reader: ByteReader, groth16: boolean): JoinSplit {
  return {
    vpubOld: reader.i64(),
    vpubNew: reader.i64(),
    anchor: reader.fixed(32),
    nullifiers: [reader.fixed(32), reader.fixed(32)],
    commitments: [reader.fixed(32), reader.fixed(32)],
    ephemeralKey: reader.fixed(32),
    randomSeed: reader.fixed(32),
    macs: [reader.fixed(32), reader.fixed(32)],
    proof: groth16 ? reader.fixed(GROTH16_PROOF_SIZE) : readPhgr13Proof(reader),
    ciphertexts: [reader.fixed(601), reader.fixed(601)],
  };
}

export function writeJoinSplit(writer: ByteWriter, joinSplit: JoinSplit): void {
  writer.i64(joinSplit.vpubOld).i64(joinSplit.vpubNew).fixed(joinSplit.anchor);
  for (const nullifier of joinSplit.nullifiers) writer.fixed(nullifier);
  for (const commitment of joinSplit.commitments) writer.fixed(commitment);
  writer.fixed(joinSplit.ephemeralKey).fixed(joinSplit.randomSeed);
  for (const mac of joinSplit.macs) writer.fixed(mac);
  writer.fixed(joinSplit.proof);
  for (const ciphertext of joinSplit.ciphertexts) writer.fixed(ciphertext);
}
