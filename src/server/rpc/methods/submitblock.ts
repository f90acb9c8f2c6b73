import type { BlockOutcome } from "../context.ts";
import type { RpcMethod } from "../declaration.ts";
import { blockOfHex } from "../decode-hex.ts";

/** What `submitblock` says of an outcome (spec rpc.md section 7); null for a block that is fine. */
export function submissionResult({ known, reject, judged }: BlockOutcome): string | null {
  if (known === "valid") return "duplicate";
  if (known === "invalid") return "duplicate-invalid";
  const accepted = reject === null || judged;
  if (known !== "new") return accepted && !judged ? "duplicate-inconclusive" : "duplicate";
  if (accepted && !judged) return "inconclusive";
  return reject && (reject.reason || "rejected");
}

export const submitblock: RpcMethod = {
  name: "submitblock",
  category: "mining",
  summary: "Hands in a block. Bytes after a complete block are ignored.",
  params: [
    { name: "hex", type: "string", description: "serialised block" },
    { name: "parameters", type: "object", description: "ignored", optional: true },
  ],
  result: "null if the block was connected, else what became of it",
  call: async (args, { chain }) => submissionResult(await chain.submitBlock(blockOfHex(args.string(0)).raw)),
};
