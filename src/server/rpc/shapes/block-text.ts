import { toDisplayHash, toHex } from "../../../protocol/bytes/index.ts";
import {
  type Block,
  COIN,
  formatShortOutPoint,
  isNullOutPoint,
  type Transaction,
  type TxInput,
  type TxOutput,
} from "../../../protocol/primitives/index.ts";
import { hexWord } from "./text.ts";

const FINAL_SEQUENCE = 0xffffffff;
const NO_NONCE = "0".repeat(64);
const FLUXNODE_VERSION = 5;

function inputText({ prevout, scriptSig, sequence }: TxInput): string {
  const script = toHex(scriptSig);
  const source = isNullOutPoint(prevout) ? `coinbase ${script}` : `scriptSig=${script.slice(0, 24)}`;
  const suffix = sequence === FINAL_SEQUENCE ? "" : `, nSequence=${sequence}`;
  return `CTxIn(${formatShortOutPoint(prevout)}, ${source}${suffix})`;
}

/** Padded with zeros to a width of 8 that a minus sign counts for. */
function paddedFraction(rest: bigint): string {
  return rest < 0n ? `-${(-rest).toString().padStart(7, "0")}` : rest.toString().padStart(8, "0");
}

function outputText({ value, script }: TxOutput): string {
  return `CTxOut(nValue=${value / COIN}.${paddedFraction(value % COIN)}, scriptPubKey=${toHex(script).slice(0, 30)})`;
}

function summary(tx: Transaction): string {
  const hash = toDisplayHash(tx.txid).slice(0, 10);
  const sizes = `vin.size=${tx.inputs.length}, vout.size=${tx.outputs.length}, nLockTime=${tx.lockTime}`;
  if (!tx.overwintered) return `CTransaction(hash=${hash}, ver=${tx.version}, ${sizes})\n`;
  const group = `fOverwintered=1, nVersionGroupId=${hexWord(tx.versionGroupId)}`;
  const overwinter = `CTransaction(hash=${hash}, ver=${tx.version}, ${group}, ${sizes}, nExpiryHeight=${tx.expiryHeight}`;
  if (tx.version < 4) return `${overwinter})\n`;
  const shielded = `vShieldedSpend.size=${tx.shieldedSpends.length}, vShieldedOutput.size=${tx.shieldedOutputs.length}`;
  return `${overwinter}, valueBalance=${tx.valueBalance}, ${shielded})\n`;
}

function transactionText(tx: Transaction): string {
  if (tx.version === FLUXNODE_VERSION) {
    const hash = toDisplayHash(tx.txid).slice(0, 10);
    return `CTransaction(hash=${hash}, ver=${tx.version}, type=${tx.fluxnode?.type ?? 0})\n`;
  }
  const parts = [...tx.inputs.map(inputText), ...tx.outputs.map(outputText)];
  return summary(tx) + parts.map((part) => `    ${part}\n`).join("");
}

/** The text dump that `decoderawblock` answers, in the daemon's layout. */
export function blockText({ header, transactions }: Block): string {
  const { proof } = header;
  const fields = [
    `hash=${toDisplayHash(header.hash)}`,
    `ver=${header.version}`,
    `hashPrevBlock=${toDisplayHash(header.prevHash)}`,
    `hashMerkleRoot=${toDisplayHash(header.merkleRoot)}`,
    `hashFinalSaplingRoot=${toDisplayHash(header.finalSaplingRoot)}`,
    `nTime=${header.time}`,
    `nBits=${hexWord(header.bits)}`,
    `nNonce=${proof.kind === "pow" ? toDisplayHash(proof.nonce) : NO_NONCE}`,
    `nSolution=${proof.kind === "pow" ? toHex(proof.solution) : ""}`,
    `vtx=${transactions.length}`,
  ];
  const body = transactions.map((tx) => `  ${transactionText(tx)}\n`).join("");
  return `CBlock(${fields.join(", ")})\n${body}  vMerkleTree: \n`;
}
