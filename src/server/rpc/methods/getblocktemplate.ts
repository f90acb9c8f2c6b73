import { equalBytes, toDisplayHash } from "../../../protocol/bytes/index.ts";
import { type KnownWork, minimumTime, type RpcContext, refreshedHeader, Validity } from "../context.ts";
import type { RpcMethod } from "../declaration.ts";
import { blockOfHex } from "../decode-hex.ts";
import type { JsonInput, JsonInputObject } from "../json-reader.ts";
import type { JsonValue } from "../json-writer.ts";
import { RpcError, RpcErrorCode } from "../rpc-error.ts";
import { templateShape } from "../shapes/template-shape.ts";
import { lenientHash } from "../values.ts";

const HASH_DIGITS = 64;

function modeOf(mode: JsonInput): "template" | "proposal" {
  if (mode === null || mode === "template") return "template";
  if (mode === "proposal") return "proposal";
  throw new RpcError(RpcErrorCode.invalidParameter, "Invalid mode");
}

/** What a caller has who waits for something newer. */
function knownWork(longPollId: JsonInput, { chain }: RpcContext, changes: number): KnownWork {
  if (typeof longPollId !== "string") return { tip: chain.tipHash, changes };
  if (longPollId.length < HASH_DIGITS) throw new RpcError(RpcErrorCode.misc, "the long poll id is too short");
  const count = Number.parseInt(longPollId.slice(HASH_DIGITS), 10);
  return { tip: lenientHash(longPollId.slice(0, HASH_DIGITS)), changes: Number.isNaN(count) ? 0 : count };
}

async function template(longPollId: JsonInput, context: RpcContext): Promise<JsonValue> {
  const { chain, mining, network } = context;
  if (network.connections() === 0) throw new RpcError(RpcErrorCode.notConnected, "Flux is not connected!");
  if (longPollId !== null) {
    const news = await mining.waitForNews(knownWork(longPollId, context, mining.latestChanges));
    if (!news) throw new RpcError(RpcErrorCode.notConnected, "Shutting down");
  }
  const work = await mining.currentWork();
  const { parent } = work.template;
  return templateShape(work.template, {
    header: refreshedHeader(work.template, chain.adjustedTime, chain.params),
    minimumTime: minimumTime(parent, chain.params),
    longPollId: `${toDisplayHash(parent.hash)}${work.changes}`,
    prefixes: chain.params.base58,
  });
}

async function proposal(data: JsonInput, { chain }: RpcContext): Promise<string | null> {
  if (typeof data !== "string") throw new RpcError(RpcErrorCode.type, "Missing data String key for proposal");
  const block = blockOfHex(data);
  const known = await chain.read((reader) => {
    const entry = reader.entry(block.header.hash);
    if (!entry) return null;
    if (entry.failed || entry.failedAncestor) return "duplicate-invalid";
    return entry.validity >= Validity.scripts ? "duplicate" : "duplicate-inconclusive";
  });
  if (known) return known;
  if (!equalBytes(block.header.prevHash, chain.tipHash)) return "inconclusive-not-best-prevblk";
  const reject = await chain.testBlock(block);
  return reject && (reject.reason || "rejected");
}

export const getblocktemplate: RpcMethod = {
  name: "getblocktemplate",
  category: "mining",
  summary:
    'What is needed to make the next block (BIP 22 and 23), or with mode "proposal" a verdict on one without its proof.',
  params: [
    {
      name: "request",
      type: "object",
      description:
        '{"mode": "template" or "proposal", "data": block in hex for a proposal, "longpollid": wait until this is old}',
      optional: true,
    },
  ],
  result: "an object; for a proposal null or why it would be refused",
  call: (args, context) => {
    const request: JsonInputObject = args.has(0) ? args.object(0) : {};
    return modeOf(request.mode ?? null) === "proposal"
      ? proposal(request.data ?? null, context)
      : template(request.longpollid ?? null, context);
  },
};
