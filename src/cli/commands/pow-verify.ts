import type { Command } from "commander";
import { EXIT, FluxError } from "../../platform/index.ts";
import { DecodeError, fromHex } from "../../protocol/bytes/index.ts";
import type { CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";
import { fields } from "../text-layout.ts";
import { wholeNumber } from "../whole-number.ts";

interface VerifyOptions {
  readonly height: string;
}

export function addPowVerifyCommand(parent: Command, line: CommandLine): void {
  parent
    .command("verify")
    .description("check Equihash solution, its size and the target of a header; exit code 1 if it is not valid")
    .argument("<header>", "the header in hex, solution included")
    .requiredOption("--height <height>", "height that the block has")
    .action(
      line.action<VerifyOptions>(async ({ output, globals }, { args: [hex = ""], ...options }) => {
        const height = wholeNumber(options.height, "--height");
        const { checkProof } = await import("../proof-check.ts");
        const header = await headerOfHex(hex);
        const { params } = await nodeOptions(globals);
        const report = checkProof(header, height, params);
        output.result({ network: params.name, ...report }, () =>
          fields([
            ["valid", report.valid ? "yes" : "no"],
            ["network", params.name],
            ["hash", report.hash],
            ...(report.n === null ? [] : ([["equihash", `${report.n},${report.k}`]] as const)),
            ...(report.kind === "pon" ? ([["lot", report.proofHash]] as const) : []),
            ["target", report.target],
            ...Object.entries(report.checks).map(([name, good]) => [name, good ? "ok" : "wrong"] as const),
            ...report.notes.map((note) => ["note", note] as const),
          ]),
        );
        return report.valid ? EXIT.ok : EXIT.failed;
      }),
    );
}

async function headerOfHex(hex: string) {
  const { decodeHeader, encodeHeader } = await import("../../protocol/primitives/index.ts");
  try {
    const bytes = fromHex(hex);
    const header = decodeHeader(bytes);
    const extra = bytes.length - encodeHeader(header).length;
    if (extra === 0) return header;
    throw new DecodeError(`${extra} bytes follow the header`);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new FluxError("usage", `this is not a header in hex: ${error.message}`, { kind: "usage" });
  }
}
