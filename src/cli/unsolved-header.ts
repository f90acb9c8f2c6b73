import { FluxError, secureRandomBytes } from "../platform/index.ts";
import { DecodeError, fromDisplayHash, fromHex } from "../protocol/bytes/index.ts";
import type { EquihashParameters } from "../protocol/crypto/index.ts";
import { allowedEquihashSizes, type NetworkParams } from "../protocol/params/index.ts";
import {
  type BlockHeaderFields,
  decodeHeader,
  decodeTransaction,
  encodeBlock,
  makeHeader,
  PON_BLOCK_VERSION,
  type PowProof,
  type Transaction,
} from "../protocol/primitives/index.ts";
import { transactionsRoot } from "../protocol/rules/index.ts";
import { wholeNumber } from "./whole-number.ts";

/** A header that lacks its solution, and what it is the header of as far as that is known. */
export interface UnsolvedHeader {
  readonly fields: BlockHeaderFields & { readonly proof: PowProof };
  /** From a template. */
  readonly height: number | null;
  /** From a template; with the header they are a block. */
  readonly transactions: readonly Transaction[] | null;
}

/** Header fields 1 to 6, and those with a nonce. */
const BARE_SIZE = 108;
const NONCE_SIZE = 32;
const EMPTY = new Uint8Array(0);
/** Nonces are counted up from their low bytes. */
const COUNTED_BYTES = 8;

function usage(message: string): FluxError {
  return new FluxError("usage", message, { kind: "usage" });
}

/** A nonce anywhere, so that two runs do not repeat each other's work. */
function anyNonce(): Uint8Array {
  return secureRandomBytes(NONCE_SIZE).fill(0, 0, COUNTED_BYTES);
}

/**
 * Reads a header in hex, with or without nonce and solution, or the JSON of a block template.
 * @throws FluxError usage
 */
export function readUnsolvedHeader(text: string): UnsolvedHeader {
  try {
    return text.startsWith("{") ? headerOfTemplate(JSON.parse(text)) : headerOfHex(fromHex(text));
  } catch (error) {
    if (error instanceof DecodeError || error instanceof SyntaxError) {
      throw usage(`this is neither a header in hex nor a block template: ${error.message}`);
    }
    throw error;
  }
}

function headerOfHex(bytes: Uint8Array): UnsolvedHeader {
  const bare = bytes.length === BARE_SIZE;
  const nonce = bare ? anyNonce() : EMPTY;
  // The length of a solution that is not there.
  const end = bytes.length <= BARE_SIZE + NONCE_SIZE ? Uint8Array.of(0) : EMPTY;
  const { proof, ...fields } = decodeHeader(new Uint8Array([...bytes, ...nonce, ...end]));
  if (proof.kind === "pon") throw usage("this is a header by Proof of Node, which has no solution");
  return { fields: { ...fields, proof: { ...proof, solution: EMPTY } }, height: null, transactions: null };
}

function headerOfTemplate(json: unknown): UnsolvedHeader {
  const template = new TemplateFields(json as Record<string, unknown>);
  const version = template.number("version");
  if (version >= PON_BLOCK_VERSION) throw usage("this is a template by Proof of Node, which has no solution");
  const coinbase = template.member("coinbasetxn");
  const others = template.list("transactions");
  const transactions = [coinbase, ...others].map((entry) => decodeTransaction(fromHex(entry.string("data"))));
  const fields = {
    version,
    prevHash: fromDisplayHash(template.string("previousblockhash")),
    merkleRoot: transactionsRoot(transactions).root,
    finalSaplingRoot: fromDisplayHash(template.string("finalsaplingroothash")),
    time: template.number("curtime"),
    bits: Number.parseInt(template.string("bits"), 16),
    proof: { kind: "pow", nonce: anyNonce(), solution: EMPTY } as const,
  };
  return { fields, height: template.number("height"), transactions };
}

/** Members of a template's JSON, checked when they are asked for. */
class TemplateFields {
  private readonly json: Readonly<Record<string, unknown>>;

  constructor(json: Readonly<Record<string, unknown>>) {
    this.json = json;
  }

  private required(name: string, fits: (value: unknown) => boolean): unknown {
    const value = this.json[name];
    if (!fits(value)) throw usage(`the block template has no usable ${JSON.stringify(name)}`);
    return value;
  }

  string(name: string): string {
    return this.required(name, (value) => typeof value === "string" && /^[0-9a-f]+$/i.test(value)) as string;
  }

  number(name: string): number {
    return this.required(name, (value) => Number.isSafeInteger(value)) as number;
  }

  member(name: string): TemplateFields {
    return new TemplateFields(
      this.required(name, (value) => typeof value === "object" && value !== null) as Record<string, unknown>,
    );
  }

  list(name: string): TemplateFields[] {
    const list = this.required(name, Array.isArray) as unknown[];
    return list.map((_, index) => new TemplateFields(list as unknown as Record<string, unknown>).member(String(index)));
  }
}

/** What was found out about the parameters of a search. */
export interface ParameterChoice {
  readonly n?: string | undefined;
  readonly k?: string | undefined;
  readonly height?: string | undefined;
}

/**
 * The Equihash parameters that the options name, else those of the height.
 * @throws FluxError usage
 */
export function chooseParameters(
  { n, k, height }: ParameterChoice,
  header: UnsolvedHeader,
  params: NetworkParams,
): EquihashParameters {
  if (n !== undefined || k !== undefined) {
    if (n === undefined || k === undefined) throw usage("--n and --k go together");
    return { n: wholeNumber(n, "--n", 1, 1000), k: wholeNumber(k, "--k", 1, 100) };
  }
  const at = height === undefined ? header.height : wholeNumber(height, "--height");
  if (at === null) throw usage("name the height of the block with --height, or the parameters with --n and --k");
  const [size] = allowedEquihashSizes(params, at);
  return { n: size?.n ?? 0, k: size?.k ?? 0 };
}

/** The header with nonce and solution and, for a template, the whole block. */
export function solvedHeader({ fields, transactions }: UnsolvedHeader, proof: PowProof) {
  const header = makeHeader({ ...fields, proof });
  return { header, block: transactions && encodeBlock(header, transactions) };
}
