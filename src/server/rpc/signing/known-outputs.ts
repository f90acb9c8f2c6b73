import { equalBytes } from "../../../protocol/bytes/index.ts";
import { type OutPoint, outPointKey, type TxOutput } from "../../../protocol/primitives/index.ts";
import { isUnspendable, scriptToAsm } from "../../../protocol/script/index.ts";
import type { ChainReader } from "../context.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";

/** The outputs that a transaction to sign may spend: those of the chain and the memory pool, and those that the caller tells of. */
export class KnownOutputs {
  private readonly outputs = new Map<string, TxOutput>();

  /** Looks up outputs of the pool, whether spent there or not, and unspent ones of the chain. */
  lookUp(outpoint: OutPoint, reader: ChainReader): void {
    const pooled = reader.mempool.get(outpoint.txid)?.tx.outputs[outpoint.index];
    const output = pooled && !isUnspendable(pooled.script) ? pooled : reader.coin(outpoint);
    if (output) this.outputs.set(outPointKey(outpoint), { value: output.value, script: output.script });
  }

  get(outpoint: OutPoint): TxOutput | undefined {
    return this.outputs.get(outPointKey(outpoint));
  }

  /** @throws RpcError -22 if the output is known to have another script */
  requireScript(outpoint: OutPoint, script: Uint8Array): void {
    const known = this.get(outpoint);
    if (!known || equalBytes(known.script, script)) return;
    throw new RpcError(
      RpcErrorCode.deserialization,
      `Previous output scriptPubKey mismatch:\n${scriptToAsm(known.script)}\nvs:\n${scriptToAsm(script)}`,
    );
  }

  /** Adds what the caller says of an output. */
  set(outpoint: OutPoint, output: TxOutput): void {
    this.outputs.set(outPointKey(outpoint), output);
  }
}
