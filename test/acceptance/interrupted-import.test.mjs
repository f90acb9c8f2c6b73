import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { cleanEnvironment, EXECUTABLE, fluxnode, temporaryFolder } from "./run-fluxnode.mjs";
import { BLOCKS, BLOCKS_TEXT, bootstrapFile, importBlocks, NETWORK, TIP } from "./test-chain.mjs";

/** An import whose input stays open after the given text, as from a terminal or a slow pipe. */
function openImport(folder, input) {
  const child = spawn(EXECUTABLE, ["chain", "import", "-", "--json", "--datadir", folder, ...NETWORK], {
    env: cleanEnvironment(),
    stdio: "pipe",
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => {
      output[stream] += text;
    });
  }
  child.stdin.on("error", () => {});
  child.stdin.write(input);
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...output })));
  return { child, ended };
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  t.test(`${signal} while waiting for more: everything so far stays, and the import goes on later`, async (t) => {
    const folder = temporaryFolder(t);
    // The last line is not complete: it must not count as damage.
    const { child, ended } = openImport(folder, `${BLOCKS.slice(0, 700).join("\n")}\n${BLOCKS[700].slice(0, 99)}`);
    await sleep(3000);
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    t.equal(code, 130);
    t.match(JSON.parse(stderr).error, { code: "interrupted" });
    const result = JSON.parse(stdout);
    t.match(result, { height: 700, blocks: 700, refusal: null, interrupted: true });
    t.match(await importBlocks(folder, "-", { input: BLOCKS_TEXT }), {
      code: 0,
      result: { ...TIP, known: 700, connected: 720 },
    });
  });
}

t.test("SIGINT in the middle of the work", async (t) => {
  const folder = temporaryFolder(t);
  const { millis } = await fluxnode(["chain", "import", "-", "--datadir", temporaryFolder(t), ...NETWORK], {
    input: bootstrapFile(),
  });
  const { child, ended } = openImport(folder, bootstrapFile());
  await sleep(millis / 2);
  child.kill("SIGINT");
  const { code, stdout } = await ended;
  t.equal(code, 130);
  const { height, blocks } = JSON.parse(stdout);
  t.equal(height, blocks);
  const rest = await importBlocks(folder, "-", { input: BLOCKS_TEXT });
  t.match(rest, { code: 0, result: { ...TIP, known: height, connected: 1420 - height } });
});
