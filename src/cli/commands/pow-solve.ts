import type { Command } from "commander";
import { FluxError, processorCount, repeat } from "../../platform/index.ts";
import type { EquihashParameters, EquihashSearch } from "../../protocol/crypto/index.ts";
import type { CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";
import { TerminalStatus } from "../terminal-status.ts";
import { byteText } from "../text-layout.ts";
import { wholeNumber } from "../whole-number.ts";

interface SolveOptions {
  readonly height?: string;
  readonly n?: string;
  readonly k?: string;
  readonly threads?: string;
  readonly maxNonces?: string;
  readonly block?: true;
}

const PROGRESS_MILLIS = 500;
const MAX_THREADS = 256;
/** A template of a full block, in JSON. */
const MAX_INPUT = 16 << 20;

export function addPowSolveCommand(parent: Command, line: CommandLine): void {
  parent
    .command("solve")
    .description("find nonce and solution for a header whose hash then meets its target")
    .argument("<header>", "a header in hex, or the JSON that getblocktemplate gave; - reads it from stdin")
    .option("--height <height>", "height that the block has; a template says it itself")
    .option("--n <n>", "Equihash parameter n, instead of that of the height")
    .option("--k <k>", "Equihash parameter k, instead of that of the height")
    .option("--threads <number>", "threads; default: one per processor")
    .option("--max-nonces <number>", "give up after so many nonces")
    .option("--block", "print the whole block of a template, not only its header")
    .action(
      line.action<SolveOptions>(async (context, { args: [input = ""], ...options }) => {
        const { output, globals } = context;
        const threads =
          options.threads === undefined ? processorCount() : wholeNumber(options.threads, "--threads", 1, MAX_THREADS);
        const maxNonces =
          options.maxNonces === undefined
            ? 0
            : wholeNumber(options.maxNonces, "--max-nonces", 1, Number.MAX_SAFE_INTEGER);
        const { chooseParameters, readUnsolvedHeader, solvedHeader } = await import("../unsolved-header.ts");
        const unsolved = readUnsolvedHeader((input === "-" ? await standardInput() : input).trim());
        if (options.block && !unsolved.transactions) {
          throw new FluxError("usage", "--block needs a block template", { kind: "usage" });
        }
        const { params } = await nodeOptions(globals);
        const parameters = chooseParameters(options, unsolved, params);
        const { search, memory } = await startSearch(unsolved.fields, parameters, threads, maxNonces);
        output.note(`Equihash ${parameters.n},${parameters.k}: ${threads} threads, ${byteText(memory)} of memory`);
        let interrupted = false;
        context.onInterrupt(() => {
          interrupted = true;
          search.cancel();
        });
        const started = performance.now();
        const endProgress = globals.json || globals.quiet ? () => {} : showProgress(search, started);
        const [found] = await search.result.finally(endProgress);
        if (!found) throw unsuccessful(interrupted, search);
        const { toDisplayHash, toHex } = await import("../../protocol/bytes/index.ts");
        const { header, block } = solvedHeader(unsolved, { kind: "pow", ...found });
        const { encodeHeader } = await import("../../protocol/primitives/index.ts");
        const hex = toHex(encodeHeader(header));
        const blockHex = block ? toHex(block) : undefined;
        const { nonces, solutions } = search.progress();
        output.result(
          {
            header: hex,
            hash: toDisplayHash(header.hash),
            nonce: toDisplayHash(found.nonce),
            solution: toHex(found.solution),
            ...parameters,
            threads,
            nonces,
            solutions,
            seconds: Math.round(performance.now() - started) / 1000,
            memory,
            block: blockHex,
          },
          () => (options.block ? (blockHex ?? "") : hex),
        );
      }),
    );
}

async function standardInput(): Promise<string> {
  const { readBytes } = await import("../../platform/byte-streams/index.ts");
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readBytes("-")) {
    size += chunk.length;
    if (size > MAX_INPUT) throw new FluxError("usage", "what comes from stdin is too long", { kind: "usage" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function startSearch(
  fields: import("../../protocol/primitives/index.ts").BlockHeaderFields,
  parameters: EquihashParameters,
  threads: number,
  maxNonces: number,
) {
  const [{ equihashSolverBytes, solveEquihash }, { equihashInput }, { decodeCompact, isUsableTarget }] =
    await Promise.all([
      import("../../protocol/crypto/index.ts"),
      import("../../protocol/primitives/index.ts"),
      import("../../protocol/rules/index.ts"),
    ]);
  const decoded = decodeCompact(fields.bits);
  if (!isUsableTarget(decoded)) {
    throw new FluxError("usage", "no hash can meet the target that the header names", { kind: "usage" });
  }
  try {
    const memory = equihashSolverBytes(parameters, threads);
    const input = equihashInput(fields);
    return { memory, search: solveEquihash({ parameters, input, target: decoded.target, threads, maxNonces }) };
  } catch (error) {
    if (error instanceof RangeError) {
      throw new FluxError("usage", `Flux has no Equihash ${parameters.n},${parameters.k}`, { kind: "usage" });
    }
    throw new FluxError("solver-failed", String((error as Error).message), {
      hint: "fewer threads or smaller parameters need less memory",
    });
  }
}

/** Why there is nothing to print. */
function unsuccessful(interrupted: boolean, search: EquihashSearch): FluxError {
  const { nonces, solutions } = search.progress();
  const effort = `${solutions} solutions of ${nonces} nonces, and none meets the target`;
  if (interrupted) return new FluxError("interrupted", `interrupted after ${effort}`, { kind: "interrupted" });
  return new FluxError("no-solution", effort, { hint: "try again without --max-nonces, or with other nonces" });
}

/** Tells a terminal how the search gets on; returns what ends that. */
function showProgress(search: EquihashSearch, started: number): () => void {
  if (process.stderr.isTTY !== true) return () => {};
  const line = new TerminalStatus(
    (text) => void process.stderr.write(text),
    () => process.stderr.columns,
  );
  const stop = repeat(PROGRESS_MILLIS, () => {
    const { nonces, solutions, part } = search.progress();
    const seconds = (performance.now() - started) / 1000;
    const rate = (solutions / seconds).toPrecision(3);
    const present = part > 0 ? `, ${Math.round(part * 100)} % of the next` : "";
    line.show(`${seconds.toFixed(0)} s: ${nonces} nonces${present}, ${solutions} solutions, ${rate} per second`);
  });
  return () => {
    stop();
    line.end();
  };
}
