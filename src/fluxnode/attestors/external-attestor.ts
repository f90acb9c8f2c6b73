import { FluxError } from "../../platform/index.ts";
import { DecodeError, equalBytes, fromHex, isHex, toHex } from "../../protocol/bytes/index.ts";
import { ownSignatures, type Tier, tierName, verifyMessage } from "../../protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { decodeTransaction, type FluxnodeConfirm, type Transaction } from "../../protocol/primitives/index.ts";
import { type Attestation, type AttestationRequest, type Attestor, refusal } from "./attestor.ts";
import { BENCHMARK_CLIENT, type BenchmarkProgram } from "./benchmark-program.ts";
import { incompleteBenchmark } from "./incomplete-benchmark.ts";

const MAXIMUM_SHOWN = 200;
const INSTALL = "install FluxBench, or set benchmark-directory to where it is";

/** Has CONFIRMs signed by the official benchmark daemon (spec benchmarks.md 2.4). */
export class ExternalAttestor implements Attestor {
  readonly name = "external";
  private readonly program: BenchmarkProgram;
  private readonly params: NetworkParams;

  constructor(program: BenchmarkProgram, params: NetworkParams) {
    this.program = program;
    this.params = params;
  }

  async attest(request: AttestationRequest): Promise<Attestation> {
    try {
      return await this.ask(request);
    } catch (error) {
      return refusalOf(error);
    }
  }

  private async ask(request: AttestationRequest): Promise<Attestation> {
    const { missing } = this.program;
    if (missing.includes(BENCHMARK_CLIENT) || !(await this.program.saysOnline())) {
      return missing.length > 0
        ? refusal(`there is no ${missing.join(" and no ")}`, INSTALL)
        : refusal("Benchd isn't running", "start it with `fluxnode rpc startfluxbenchd`, and look at its debug.log");
    }
    const { everything } = await this.program.sign(toHex(request.confirm.raw));
    const answer = parsedAnswer(everything);
    if (answer?.status !== undefined && answer.status !== "complete") return this.incomplete(answer.status);
    const text = (answer?.hex ?? everything).trim();
    const tx = decoded(text);
    if (!tx) {
      return refusal(
        "Failed to decode fluxnode broadcast",
        `the benchmark daemon answered ${JSON.stringify(everything.trim().slice(0, MAXIMUM_SHOWN))}; restart it, and update it if that stays`,
      );
    }
    return this.checked(tx, request);
  }

  /** The daemon takes what comes back as it is; here it has to be what was handed in, apart from what an attestor fills in. */
  private checked(tx: Transaction, { confirm, record }: AttestationRequest): Attestation {
    const signed = tx.fluxnode;
    if (signed?.kind !== "confirm" || !isSameConfirm(tx, signed, confirm)) {
      return refusal(
        "the benchmark daemon signed another transaction than the one it was given",
        "make sure that it is the official one, and restart it",
      );
    }
    if (!ownSignatures(tx, this.params).every(verifyMessage)) {
      return refusal(
        "Failed to verify benchmarked signature",
        "update FluxBench, and check that the clock of this machine is right",
      );
    }
    if (signed.benchmarkTier < record.tier) {
      return refusal(
        `the benchmark reached ${shownTier(signed.benchmarkTier)}, the collateral asks for ${tierName(record.tier)}`,
        "`fluxnode bench` says what is missing; the benchmark can be repeated with restartnodebenchmarks",
      );
    }
    return { kind: "attested", tx };
  }

  private async incomplete(status: string): Promise<Attestation> {
    const text = (asked: Promise<string>) => asked.catch(() => null);
    const [told, measured] = await Promise.all([text(this.program.status()), text(this.program.benchmarks())]);
    return incompleteBenchmark(status, { status: told, benchmarks: measured });
  }
}

interface Answer {
  readonly status: string | undefined;
  readonly hex: string | undefined;
}

/** Null for what is no JSON object. */
function parsedAnswer(text: string): Answer | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { status, hex } = value as { readonly status?: unknown; readonly hex?: unknown };
  return {
    status: status === undefined ? undefined : String(status).slice(0, MAXIMUM_SHOWN),
    hex: typeof hex === "string" ? hex : undefined,
  };
}

function decoded(hex: string): Transaction | null {
  if (hex === "" || !isHex(hex)) return null;
  try {
    return decodeTransaction(fromHex(hex));
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function isSameConfirm(tx: Transaction, signed: FluxnodeConfirm, asked: Transaction): boolean {
  const { fluxnode } = asked;
  return (
    fluxnode?.kind === "confirm" &&
    tx.version === asked.version &&
    signed.type === fluxnode.type &&
    equalBytes(signed.collateral.txid, fluxnode.collateral.txid) &&
    signed.collateral.index === fluxnode.collateral.index &&
    signed.sigTime === fluxnode.sigTime &&
    signed.updateType === fluxnode.updateType &&
    equalBytes(signed.signature, fluxnode.signature)
  );
}

function shownTier(tier: number): string {
  return tier >= 1 && tier <= 3 ? tierName(tier as Tier) : `the unknown tier ${tier}`;
}

function refusalOf(error: unknown): Attestation {
  if (!(error instanceof FluxError)) throw error;
  const fixes: Readonly<Record<string, string>> = {
    "program-timeout": "the benchmark daemon hangs: restart it",
    "program-output": "make sure that it is the official program",
    "program-missing": INSTALL,
    "program-not-started": "check that this user may execute it",
    "program-interrupted": "the node is ending; it goes on when it is started again",
  };
  return refusal(error.message, fixes[error.code] ?? error.hint ?? "");
}
