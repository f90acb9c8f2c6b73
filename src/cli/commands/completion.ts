import type { Command } from "commander";
import { FluxError } from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

export function addCompletionCommand(parent: Command, line: CommandLine): void {
  parent
    .command("completion")
    .description("print a script that completes commands and options")
    .argument("<shell>", SHELLS.join(", "))
    .addHelpText(
      "after",
      [
        "",
        "bash:  fluxnode completion bash > ~/.local/share/bash-completion/completions/fluxnode",
        "zsh:   fluxnode completion zsh > a directory of your $fpath, as _fluxnode",
        "fish:  fluxnode completion fish > ~/.config/fish/completions/fluxnode.fish",
      ].join("\n"),
    )
    .action(
      line.action(async ({ output }, { args }) => {
        const shell = SHELLS.find((name) => name === args[0]);
        if (shell === undefined) {
          throw new FluxError("usage", `there is no completion for the shell ${JSON.stringify(args[0])}`, {
            kind: "usage",
            hint: `choose one of ${SHELLS.join(", ")}`,
          });
        }
        const { completionScript } = await import("../completion-script.ts");
        const script = completionScript(shell, parent);
        output.result({ shell, script }, () => script);
      }),
    );
}

export type { Shell };
