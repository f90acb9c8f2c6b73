import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { EXECUTABLE } from "./run-fluxnode.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

t.test("docs/cli.md is what the program says", async (t) => {
  const script = join(root, "scripts/generate-cli-reference.mjs");
  const env = { ...process.env, FLUXNODE_EXECUTABLE: EXECUTABLE };
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8", env });
  t.same([status, stderr], [0, ""]);
  const text = readFileSync(join(root, "docs/cli.md"), "utf8");
  for (const command of ["start", "stop", "rpc", "chain import", "chain export", "chain verify", "pow verify"]) {
    t.match(text, `\n## fluxnode ${command}\n`);
  }
});
