import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { Command } from "commander";
import { completionScript } from "../../../src/cli/completion-script.ts";

/** A small tree with everything that a completion has to deal with. */
function tree(): Command {
  const program = new Command("fluxnode").option("--json", "as JSON").option("--datadir <directory>", "it's here");
  const chain = program.command("chain").description("the chain");
  chain.command("import").description("read blocks").option("--limit <n>", "stop after");
  chain.command("info").description("say: where it stands");
  program.command("version").description("print the version");
  return program;
}

/** What bash offers for a line; the cursor is at its end. */
function offered(line: string): string[] {
  const words = line.split(" ");
  const script = `compopt() { :; }
${completionScript("bash", tree())}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
_fluxnode
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter((word) => word !== "");
}

describe("bash", () => {
  test("offers commands and options at the beginning", () => {
    expect(offered("fluxnode ")).toEqual(expect.arrayContaining(["chain", "version", "help", "--json", "--datadir"]));
    expect(offered("fluxnode v")).toEqual(["version"]);
    expect(offered("fluxnode --d")).toEqual(["--datadir"]);
  });

  test("offers the members of a group and their options", () => {
    expect(offered("fluxnode chain i")).toEqual(["import", "info"]);
    expect(offered("fluxnode chain import --l")).toEqual(["--limit"]);
    expect(offered("fluxnode chain info --l")).toEqual([]);
    expect(offered("fluxnode chain info --j")).toEqual(["--json"]);
  });

  test("is not confused by options, their values and positional arguments", () => {
    expect(offered("fluxnode --json --datadir version chain in")).toEqual(["info"]);
    expect(offered("fluxnode chain import file.gz --li")).toEqual(["--limit"]);
    expect(offered("fluxnode chain version im")).toEqual(["import"]);
  });
});

test("zsh and fish scripts quote descriptions", () => {
  expect(completionScript("zsh", tree())).toContain("'--datadir:it'\\''s here'");
  expect(completionScript("zsh", tree())).toContain("'info:say: where it stands'");
  expect(completionScript("fish", tree())).toContain("-l datadir -r -d 'it\\'s here'");
  expect(completionScript("fish", tree())).toContain(
    "-n '__fish_seen_subcommand_from chain; and not __fish_seen_subcommand_from import info help' -f -a info",
  );
});
