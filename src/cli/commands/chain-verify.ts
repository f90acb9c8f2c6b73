import type { Command } from "commander";
import { EXIT, FluxError } from "../../platform/index.ts";
import { toDisplayHash } from "../../protocol/bytes/index.ts";
import type { CommandLine } from "../command-line.ts";
import { withChain } from "../node-options.ts";
import { fields } from "../text-layout.ts";
import { wholeNumber } from "../whole-number.ts";

interface VerifyOptions {
  readonly level: string;
  readonly blocks: string;
}

export function addChainVerifyCommand(parent: Command, line: CommandLine): void {
  parent
    .command("verify")
    .description("check the stored chain again")
    .option("--level <0..4>", "0 readable, 1 rules of a block alone, 2 undo records, 3 take off, 4 connect again", "3")
    .option("--blocks <number>", "how many blocks down from the tip, 0 for all", "288")
    .action(
      line.action<VerifyOptions>(async ({ output, globals }, options) => {
        const level = wholeNumber(options.level, "--level", 0, 4);
        const depth = wholeNumber(options.blocks, "--blocks");
        const report = await withChain(globals, async (access) => {
          if (access.chain) return access.chain.verify(level, depth);
          // A node tells no more than this.
          if ((await access.call("verifychain", [level, depth])) === true) return { problem: null };
          throw new FluxError("chain-damaged", "the running node found a block that is not in order", {
            hint: "stop the node and run `fluxnode chain verify` again to see which",
          });
        });
        const { problem, ...counts } = report;
        const found = problem && { ...problem, hash: toDisplayHash(problem.hash) };
        output.result({ valid: problem === null, level, ...counts, problem: found }, () =>
          fields([
            ["valid", problem === null ? "yes" : "no"],
            ["level", `${level}`],
            ...Object.entries(counts).map(([name, count]) => [name, `${count}`] as const),
            ...(found
              ? ([
                  ["height", `${found.height}`],
                  ["hash", found.hash],
                  ["problem", found.what],
                ] as const)
              : []),
          ]),
        );
        return problem === null ? EXIT.ok : EXIT.failed;
      }),
    );
}
