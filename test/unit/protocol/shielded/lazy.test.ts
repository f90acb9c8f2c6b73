import { expect, test } from "bun:test";
import { join } from "node:path";

const INDEX = join(import.meta.dir, "../../../../src/protocol/shielded/index.ts");

/** What a fresh process prints for the number of loaded curve modules. */
async function loadedCurveModules(use: string): Promise<number> {
  const script = `
    const shielded = await import(${JSON.stringify(INDEX)});
    ${use}
    console.log(Object.keys(require.cache).filter((path) => path.includes("@noble/curves")).length);
  `;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
  return Number((await new Response(child.stdout).text()).trim());
}

test("the curves are not loaded by trees without Sapling outputs", async () => {
  const use = `
    const sapling = new shielded.SaplingTree();
    shielded.SaplingTree.deserialize(sapling.serialize()).root();
    const sprout = new shielded.SproutTree();
    sprout.append(new Uint8Array(32));
    sprout.root();
  `;
  expect(await loadedCurveModules(use)).toBe(0);
});

test("the first Sapling hash loads them", async () => {
  const use = "shielded.saplingMerkleHash(0, new Uint8Array(32), new Uint8Array(32));";
  expect(await loadedCurveModules(use)).toBeGreaterThan(0);
});
