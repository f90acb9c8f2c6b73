import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The compiled executable under test. */
export const EXECUTABLE =
  process.env.FLUXNODE_EXECUTABLE ?? join(dirname(fileURLToPath(import.meta.url)), "../../dist/fluxnode");

/** A fresh folder that is removed when the test ends. */
export function temporaryFolder(t, parent = tmpdir()) {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "fluxnode-acceptance-"));
  t.teardown(async () => {
    const { rmSync } = await import("node:fs");
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The environment of the tests without anything that would change what fluxnode does. */
export function cleanEnvironment(more = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(FLUXNODE_|BUN_|NODE_|TAP|NO_COLOR|FORCE_COLOR)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...more };
}

/**
 * Runs the executable to its end.
 *
 * @returns {Promise<{code: number | null, signal: string | null, stdout: string, stderr: string, millis: number}>}
 */
export function fluxnode(args, { cwd, env = {}, input = "", executable = EXECUTABLE, started } = {}) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(executable, args, { cwd, env: cleanEnvironment(env), stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8").on("data", (text) => {
        output[stream] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...output, millis: performance.now() - begin }));
    // A program that ends without reading its input closes the pipe; that is its right.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    started?.(child);
  });
}
