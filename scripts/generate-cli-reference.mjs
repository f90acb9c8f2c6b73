// Writes docs/cli.md from the help pages of dist/fluxnode.
//
//   node scripts/generate-cli-reference.mjs [--check]
//
// --check  writes nothing and fails if docs/cli.md differs from what the program says

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const executable = process.env.FLUXNODE_EXECUTABLE ?? join(root, "dist/fluxnode");
const file = join(root, "docs/cli.md");

const EXIT_CODES = [
  [0, "done"],
  [1, "failed: a refused block, a problem found, an RPC error, the disk, …"],
  [2, "wrong use: an unknown option, a value that makes no sense"],
  [4, "not found: a file, a chain, a block, a transaction"],
  [5, "refused: the data directory is in use, something is not allowed here"],
  [6, "no node runs, or it cannot be reached"],
  [7, "the node is still starting, or already stopping"],
  [8, "this machine is below the tier"],
  [130, "interrupted by SIGINT or SIGTERM"],
];

/** The help page of a command, given by its words; none for the program itself. */
function helpPage(words) {
  const { status, stdout, stderr } = spawnSync(executable, [...words, "--help", "--json"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${executable} ${words.join(" ")} --help failed: ${stderr}`);
  return JSON.parse(stdout).help;
}

/** A section of a help page: its title and lines, up to the next blank line. */
function section(page, title) {
  return new RegExp(`(?:^|\\n)${title}:\\n((?:.+\\n)+)`).exec(page)?.[1] ?? "";
}

function members(page) {
  // Descriptions that go on in the next line are indented further.
  const names = [...section(page, "Commands").matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
  return names.filter((name) => name !== "help");
}

function withoutGlobalOptions(page) {
  return page.replace(/\nGlobal Options:\n(?:.+\n)+/, "").trimEnd();
}

function reference(words) {
  const page = helpPage(words);
  const inner = members(page).flatMap((name) => reference([...words, name]));
  const own = `## fluxnode ${words.join(" ")}\n\n\`\`\`text\n${withoutGlobalOptions(page)}\n\`\`\`\n`;
  return [own, ...inner];
}

const program = helpPage([]);
const parts = [
  "# Command line",
  "",
  "<!-- Made by scripts/generate-cli-reference.mjs from the help pages of the program; do not edit. -->",
  "",
  "Results go to stdout, everything else to stderr. With `--json` stdout carries one JSON document and stderr nothing but a JSON error",
  '`{"error": {"code", "message", "hint"}}`. `code` is a stable word; for an error of an RPC method (`fluxnode rpc`) it is the daemon\'s number.',
  "",
  "| Exit code | Meaning |",
  "| --- | --- |",
  ...EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`),
  "",
  "```text",
  program.trimEnd(),
  "```",
  "",
  ...members(program).flatMap((name) => reference([name])),
];
const text = `${parts.join("\n").trimEnd()}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
} else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("docs/cli.md is not what the program says: run node scripts/generate-cli-reference.mjs");
  process.exitCode = 1;
}
