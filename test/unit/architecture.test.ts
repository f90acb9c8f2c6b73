import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { scanImports } from "./import-scanner.ts";

/**
 * Who may use whom, as in docs/architecture.md: a folder of src may import the folders named here, itself, and nothing else.
 * Calls go down this list.
 */
const BASE = ["protocol", "platform"];
const SERVICES = ["p2p", "chain", ...BASE];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: ["cli"],
  cli: ["tui", "server", "node", "fluxnode", "apps", "wallet", "fusion", "bench", "identity", ...SERVICES],
  tui: ["server", "node", "fluxnode", "apps", "wallet", "fusion", "bench", "identity", ...SERVICES],
  server: ["fluxnode", "apps", "wallet", "fusion", "bench", "identity", ...SERVICES],
  node: ["server", "fluxnode", "apps", "wallet", "fusion", "bench", "identity", ...SERVICES],
  fluxnode: SERVICES,
  apps: SERVICES,
  wallet: SERVICES,
  fusion: SERVICES,
  bench: SERVICES,
  identity: SERVICES,
  p2p: ["chain", ...BASE],
  chain: BASE,
  platform: [],
  protocol: [],
};

/** Packages by the folder that may use them; a scope (`@noble/`) stands for all its packages. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  protocol: ["@noble/", "@scure/", "tweetnacl"],
  platform: ["better-sqlite3", "execa", "systeminformation", "ws", "zod", "tweetnacl"],
  cli: ["chalk", "commander", "zod"],
  tui: ["chalk", "ink", "react"],
};
/** A network described in a file is outside input, declared like all such input. */
const PARAMS_PACKAGES = ["zod"];
const PACKAGES_OF_OTHERS = ["@noble/", "@scure/", "tweetnacl", "zod"];

/** The only thing that the rules of the chain may know about the machine they run on. */
const PROTOCOL_DOOR = "src/platform/native/index.ts";
/** A worker thread is born with its connection to the thread that started it. */
const WORKER_ENTRY = /(^|-)worker\.ts$/;
/** Values that a bundler puts in, with what may read them. */
const ROOT_FILES: Readonly<Record<string, string>> = { "package.json": "src/cli/build-info.ts" };

const ROOT = join(import.meta.dir, "../..");

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

function topFolder(file: string): string {
  const [, second = ""] = file.split("/");
  return second.replace(/\.tsx?$/, "");
}

/** Why `file` may not import `specifier`; null if it may. Paths are relative to the repository. */
function objection(file: string, specifier: string): string | null {
  const own = topFolder(file);
  if (specifier.startsWith("node:") || specifier.startsWith("bun:") || specifier === "bun") {
    if (own === "platform") return null;
    if (specifier === "node:worker_threads" && WORKER_ENTRY.test(file)) return null;
    return "only src/platform may use the machine; offer what is needed there";
  }
  if (!specifier.startsWith(".")) {
    const allowed = file.startsWith("src/protocol/params/") ? PARAMS_PACKAGES : (PACKAGES[own] ?? PACKAGES_OF_OTHERS);
    const fits = allowed.some((name) => (name.endsWith("/") ? specifier.startsWith(name) : isPackage(specifier, name)));
    return fits ? null : `src/${own} may not use that package`;
  }
  const target = posix.join(dirname(file), specifier);
  if (!target.startsWith("src/")) {
    if (ROOT_FILES[target] === file) return null;
    // Libraries that the bundler embeds as they are.
    if (own === "platform" && target.endsWith(".node")) return null;
    return "it lies outside src";
  }
  const other = topFolder(target);
  if (own === "protocol" && other !== "protocol") {
    return target === PROTOCOL_DOOR ? null : `protocol may import only itself and ${PROTOCOL_DOOR}`;
  }
  if (own !== other && !MAY_IMPORT[own]?.includes(other)) return `src/${own} may not import src/${other}`;
  return throughDoor(file, target) ? null : "another folder is used through its index.ts only";
}

function isPackage(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

/** Folders whose sub-folders are separate things with doors of their own; the other folders are one thing inside. */
const COLLECTIONS = ["protocol", "platform"];

/** Another folder is entered through its index.ts; a file may always name those beside it and in the folders above it. */
function throughDoor(file: string, target: string): boolean {
  if (posix.basename(target) === "index.ts") return true;
  if (topFolder(file) !== topFolder(target)) return false;
  if (!COLLECTIONS.includes(topFolder(file))) return true;
  return subFolder(file) === subFolder(target) || dirname(file).startsWith(`${dirname(target)}/`);
}

/** "src/protocol/params" of "src/protocol/params/networks/main.json". */
function subFolder(file: string): string {
  return dirname(file).split("/").slice(0, 3).join("/");
}

describe("the rules themselves", () => {
  const cases: [file: string, specifier: string, allowed: boolean][] = [
    ["src/main.ts", "./cli/index.ts", true],
    ["src/main.ts", "./chain/index.ts", false],
    ["src/cli/run.ts", "../chain/index.ts", true],
    ["src/cli/run.ts", "../chain/coins/coin-cache.ts", false],
    ["src/cli/run.ts", "node:fs", false],
    ["src/node/rpc-context.ts", "../server/rpc/index.ts", true],
    ["src/server/rpc/registry.ts", "../../node/index.ts", false],
    ["src/chain/import.ts", "../cli/index.ts", false],
    ["src/chain/import.ts", "../platform/sqlite/index.ts", true],
    ["src/chain/import.ts", "../platform/sqlite/open-database.ts", false],
    ["src/chain/import.ts", "./coins/coin-cache.ts", true],
    ["src/chain/import.ts", "commander", false],
    ["src/protocol/params/network-file.ts", "zod", true],
    ["src/chain/shielded/shielded-worker.ts", "node:worker_threads", true],
    ["src/chain/import.ts", "node:worker_threads", false],
    ["src/protocol/rules/header.ts", "../crypto/index.ts", true],
    ["src/protocol/rules/header.ts", "../crypto/blake2b.ts", false],
    ["src/protocol/rules/header.ts", "../../platform/index.ts", false],
    ["src/protocol/crypto/blake2b.ts", "../../platform/native/index.ts", true],
    ["src/protocol/crypto/blake2b.ts", "../../platform/native/load-native.ts", false],
    ["src/protocol/crypto/blake2b.ts", "@noble/hashes/blake2.js", true],
    ["src/protocol/crypto/blake2b.ts", "zod", false],
    ["src/protocol/crypto/blake2b.ts", "node:crypto", false],
    ["src/platform/sqlite/open-database.ts", "../errors.ts", true],
    ["src/platform/sqlite/open-database.ts", "node:fs", true],
    ["src/platform/sqlite/open-database.ts", "../../chain/index.ts", false],
    ["src/chain/import.ts", "../../test/unit/import-scanner.ts", false],
  ];
  for (const [file, specifier, allowed] of cases) {
    test(`${file} ${allowed ? "may" : "may not"} import ${specifier}`, () => {
      if (allowed) expect(objection(file, specifier)).toBeNull();
      else expect(objection(file, specifier)).toBeString();
    });
  }

  test("every kind of import statement is seen, comments are not", () => {
    const source = [
      'import a from "./a.ts";',
      'import type { B } from "./b.ts";',
      "import {\n  c,\n} from './c.ts';",
      'export * from "./d.ts"; // from "./no.ts"',
      'const glob = "src/**/x"; const e = await import("./e.ts"); /* import "./no.ts" */',
      'import "./f.ts";',
      'type G = typeof import("./g.ts"); const h = require("./h.ts");',
      "const i = import(name);",
      'const names = ["import", "to-import", "from"]; Array.from("no"); const text = /["\'`]/; import.meta.dir;',
    ].join("\n");
    expect(scanImports(source)).toEqual([
      { specifier: "./a.ts", line: 1 },
      { specifier: "./b.ts", line: 2 },
      { specifier: "./c.ts", line: 5 },
      { specifier: "./d.ts", line: 6 },
      { specifier: "./e.ts", line: 7 },
      { specifier: "./f.ts", line: 8 },
      { specifier: "./g.ts", line: 9 },
      { specifier: "./h.ts", line: 9 },
      { specifier: null, line: 10 },
    ]);
  });
});

describe("the sources", () => {
  const files = sourceFiles(join(ROOT, "src"));

  test("follow the table", () => {
    const broken: string[] = [];
    for (const path of files) {
      const file = relative(ROOT, path);
      for (const { specifier, line } of scanImports(readFileSync(path, "utf8"))) {
        const reason = specifier === null ? "the path is computed, so nobody can check it" : objection(file, specifier);
        if (reason !== null) broken.push(`${file}:${line}: ${specifier ?? "import(…)"}: ${reason}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test("have no import that only Bun's scanner finds", () => {
    const transpilers = { ts: new Bun.Transpiler({ loader: "ts" }), tsx: new Bun.Transpiler({ loader: "tsx" }) };
    for (const path of files) {
      const source = readFileSync(path, "utf8");
      const found = new Set(scanImports(source).map(({ specifier }) => specifier));
      const transpiler = path.endsWith("x") ? transpilers.tsx : transpilers.ts;
      for (const { path: specifier } of transpiler.scanImports(source)) {
        expect({ file: relative(ROOT, path), specifier, found: found.has(specifier) }).toMatchObject({ found: true });
      }
    }
  });

  test("the rules of the chain are pure: no clock, chance, process or console", () => {
    const impure =
      /(?<![.\w$])(?:Date\.now|new Date|Math\.random|process\.|Bun\.|console\.|setTimeout|setInterval|fetch\()/;
    const broken: string[] = [];
    for (const path of files) {
      const file = relative(ROOT, path);
      if (topFolder(file) !== "protocol") continue;
      readFileSync(path, "utf8")
        .split("\n")
        .forEach((text, index) => {
          if (!/^\s*(\*|\/\/|\/\*)/.test(text) && impure.test(text))
            broken.push(`${file}:${index + 1}: ${text.trim()}`);
        });
    }
    expect(broken).toEqual([]);
  });
});
