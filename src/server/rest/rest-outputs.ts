import type { HttpReply } from "../../platform/http/index.ts";
import { ByteReader, ByteWriter, DecodeError, fromHex, toDisplayHash } from "../../protocol/bytes/index.ts";
import type { OutPoint, TxOutput } from "../../protocol/primitives/index.ts";
import { isUnspendable } from "../../protocol/script/index.ts";
import type { ChainReader } from "../rpc/context.ts";
import { Amount, type JsonValue } from "../rpc/index.ts";
import { scriptShape } from "../rpc/shapes/script-shape.ts";
import { isHexText, lenientHash } from "../rpc/values.ts";
import { type RestFormat, restError, restReply, splitFormat, splitParts, unknownFormat } from "./rest-reply.ts";

const MAX_OUTPOINTS = 15;
const OUTPOINT_SIZE = 36;
/** Height of what is in no block yet. */
const POOL_HEIGHT = 0x7fffffff;
const MAX_INT32 = 0x7fffffff;

interface Question {
  readonly withPool: boolean;
  readonly outpoints: readonly OutPoint[];
}

interface FoundOutput {
  readonly version: number;
  readonly height: number;
  readonly output: TxOutput;
}

const EMPTY = restError(500, "Error: empty request");
const UNREADABLE = restError(500, "Parse error");

/**
 * `/rest/getutxos[/checkmempool]/<txid>-<n>/….<format>`, or the question as the body. As in the daemon's source, outputs are
 * found only with `checkmempool`: without it nothing lies behind the view that is asked.
 *
 * @param path what follows `/rest/getutxos`
 */
export function restOutputs(reader: ChainReader, path: string, body: Uint8Array): HttpReply {
  const { name, format } = splitFormat(path);
  const parts = name.length > 1 ? splitParts(name.slice(1)) : [];
  if (body.length === 0 && parts.length === 0) return EMPTY;
  const asked = parts.length > 0 ? questionOfPath(parts) : null;
  if (asked === "unreadable") return UNREADABLE;
  if (asked?.outpoints.length === 0) return EMPTY;
  const question = completeQuestion(asked, format, body);
  return "status" in question ? question : answer(reader, question, format);
}

function questionOfPath(parts: readonly string[]): Question | "unreadable" {
  const withPool = parts[0] === "checkmempool";
  const outpoints: OutPoint[] = [];
  for (const part of withPool ? parts.slice(1) : parts) {
    const dash = part.indexOf("-");
    const txid = dash < 0 ? part : part.slice(0, dash);
    const number = part.slice(dash + 1);
    if (!isInt32(number) || !isHexText(txid)) return "unreadable";
    outpoints.push({ txid: lenientHash(txid), index: Number(number) >>> 0 });
  }
  return { withPool, outpoints };
}

function isInt32(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && Number(text) <= MAX_INT32 && Number(text) >= -MAX_INT32 - 1;
}

function completeQuestion(asked: Question | null, format: RestFormat | null, body: Uint8Array): Question | HttpReply {
  if (format === null) return unknownFormat();
  let question = asked;
  if (format !== "json") {
    const bytes = format === "hex" ? leadingHex(body) : body;
    if (bytes.length > 0) {
      if (asked) return restError(500, "Combination of URI scheme inputs and raw post data is not allowed");
      question = questionOfBody(bytes);
      if (question === null) return UNREADABLE;
    }
  }
  if (question === null && format === "json") return EMPTY;
  const complete = question ?? { withPool: false, outpoints: [] };
  const tried = complete.outpoints.length;
  if (tried <= MAX_OUTPOINTS) return complete;
  return restError(500, `Error: max outpoints exceeded (max: ${MAX_OUTPOINTS}, tried: ${tried})`);
}

/** Pairs of hex digits, with blanks between them, up to the first thing that is neither. */
function leadingHex(body: Uint8Array): Uint8Array {
  const text = Buffer.from(body).toString("latin1");
  const [digits = ""] = /^(?:[ \t\n\v\f\r]*[0-9a-f]{2})*/i.exec(text) ?? [];
  return fromHex(digits.replace(/[ \t\n\v\f\r]/g, ""));
}

/**
 * The daemon puts the length of the body before it and reads the flag for the memory pool from there. So the flag is set for
 * every body, and the list of outpoints starts with the body's first byte (or earlier, for a length of several bytes).
 */
function questionOfBody(body: Uint8Array): Question | null {
  const reader = new ByteReader(new ByteWriter(body.length + 9).varBytes(body).finish());
  try {
    const withPool = reader.bool();
    const outpoints: OutPoint[] = [];
    for (let left = reader.count(OUTPOINT_SIZE); left > 0; left--) {
      outpoints.push({ txid: reader.fixed(32), index: reader.u32() });
    }
    return { withPool, outpoints };
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function answer(reader: ChainReader, { withPool, outpoints }: Question, format: RestFormat | null): HttpReply {
  const answers = outpoints.map((outpoint) => (withPool ? findOutput(reader, outpoint) : null));
  const found = answers.filter((each) => each !== null);
  return restReply(
    format,
    () => outputBytes(reader, answers, found),
    () => ({
      chainHeight: reader.tip.height,
      chaintipHash: toDisplayHash(reader.tip.hash),
      bitmap: answers.map((each) => (each ? "1" : "0")).join(""),
      utxos: found.map((each) => outputShape(each, reader)),
    }),
  );
}

/** An output of the pool or the chain that neither has spent. */
function findOutput(reader: ChainReader, outpoint: OutPoint): FoundOutput | null {
  const { txid, index } = outpoint;
  if (reader.mempool.spender(outpoint)) return null;
  const tx = reader.mempool.get(txid)?.tx;
  if (tx) {
    const output = tx.outputs[index];
    return output && !isUnspendable(output.script) ? { version: tx.version, height: POOL_HEIGHT, output } : null;
  }
  const coins = reader.transactionCoins(txid);
  const output = coins?.outputs[index];
  return coins && output ? { version: coins.version, height: coins.height, output } : null;
}

function outputShape({ version, height, output }: FoundOutput, { params }: ChainReader): JsonValue {
  const scriptPubKey = scriptShape(output.script, params.base58);
  return { txvers: version, height, value: new Amount(output.value), scriptPubKey };
}

function outputBytes(
  { tip }: ChainReader,
  answers: readonly (FoundOutput | null)[],
  found: readonly FoundOutput[],
): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(answers.length / 8));
  answers.forEach((each, index) => {
    if (each) bitmap[index >> 3] = (bitmap[index >> 3] as number) | (1 << (index & 7));
  });
  const writer = new ByteWriter().i32(tip.height).fixed(tip.hash).varBytes(bitmap).compactSize(found.length);
  for (const { version, height, output } of found) {
    writer
      .u32(version >>> 0)
      .u32(height)
      .i64(output.value)
      .varBytes(output.script);
  }
  return writer.finish();
}
