// Builds the program and runs all tests: those inside the process with bun, then those that drive the executable with tap.
//
//   node scripts/test.mjs [--no-build]
//
// The last line on stdout is "N passed, N failed". A test that is skipped or left to do counts as failed: a check that
// did not run has proved nothing.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBun } from "./find-bun.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** For one test or hook: a loaded machine takes its time, and no test waits for time to pass. */
const PATIENCE_MILLIS = 120_000;
const UNIT_FOLDERS = ["test/unit", "test/chain", "test/network"];

/** Runs a program, showing its output as it comes, and returns what it printed. */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
        process[stream].write(chunk);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
  });
}

/** The last number before a word at the start of a line, as in bun's closing lines " 12 pass". */
function counted(text, word) {
  const found = [...text.matchAll(new RegExp(`^ *(\\d+) ${word}\\b`, "gm"))].at(-1);
  return found ? Number(found[1]) : 0;
}

async function unitTests() {
  const folders = UNIT_FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { code, text } = await run(findBun(root), [
    "test",
    `--timeout=${PATIENCE_MILLIS}`,
    ...folders.map((folder) => `./${folder}`),
  ]);
  // bun closes with one " N word" line for each kind of result.
  const summary = /(?:^ *\d+ [a-z]+.*\n)+Ran \d+ tests?/m.exec(text)?.[0] ?? "";
  const passed = counted(summary, "pass");
  const failed = ["fail", "skip", "todo", "errors?"].reduce((sum, word) => sum + counted(summary, word), 0);
  return closed("bun test", code, { passed, failed });
}

/** tap's own set of plugins has one that cannot work here (see .taprc); leaving it out means building tap's test class anew. */
async function prepareTap() {
  const built = join(root, "node_modules/@tapjs/test/test-built/dist/esm/index.js");
  const signature = existsSync(built) ? /signature = `([^`]*)`/.exec(readFileSync(built, "utf8"))?.[1] : undefined;
  if (signature && !signature.includes("@tapjs/typescript")) return;
  await run(join(root, "node_modules/.bin/tap"), ["build"]);
}

async function acceptanceTests() {
  await prepareTap();
  const { code, text } = await run(join(root, "node_modules/.bin/tap"), ["--reporter=tap"]);
  const summary = [...text.matchAll(/^# \{ total: \d+.*\}$/gm)].at(-1)?.[0] ?? "";
  const number = (name) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(summary)?.[1] ?? 0);
  return closed("tap", code, { passed: number("pass"), failed: number("fail") + number("skip") + number("todo") });
}

/** A run that ends badly without a failed test (a crash, no tests at all) is a failure of its own. */
function closed(name, code, { passed, failed }) {
  if (code !== 0 && failed === 0) {
    console.log(`${name} ended with exit code ${code}`);
    return { passed, failed: 1 };
  }
  if (passed + failed === 0) {
    console.log(`${name} ran no tests`);
    return { passed, failed: 1 };
  }
  return { passed, failed };
}

async function main() {
  const build = !process.argv.includes("--no-build");
  if (build && (await run(process.execPath, ["scripts/build.mjs"])).code !== 0) {
    console.log("0 passed, 1 failed");
    return 1;
  }
  const results = [await unitTests(), await acceptanceTests()];
  const sum = (name) => results.reduce((total, result) => total + result[name], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0 ? 0 : 1;
}

process.exitCode = await main();
