import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { scanImports } from "./import-scanner.ts";

const TESTS = join(import.meta.dir, "..");
const VECTORS = join(TESTS, "vectors");
const README = "README.md";

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** What a test file can name: the texts in it, import paths left out. */
interface Source {
  readonly texts: readonly string[];
  readonly imports: readonly string[];
}

function readSource(path: string): Source {
  const source = readFileSync(path, "utf8");
  const specifiers = scanImports(source).flatMap(({ specifier }) => specifier ?? []);
  const texts = [...source.matchAll(/"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\\n])*)`/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  return {
    texts: texts.filter((text) => !specifiers.includes(text)),
    imports: specifiers
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => join(dirname(path), specifier)),
  };
}

const sources = new Map<string, Source>();
for (const path of filesBelow(TESTS)) {
  if (/\.(ts|mjs)$/.test(path) && !path.startsWith(VECTORS)) sources.set(path, readSource(path));
}

/** The texts of a test and of all files of this folder that it imports. */
function textsOf(path: string, seen = new Set<string>()): string[] {
  const source = sources.get(path);
  if (!source || seen.has(path)) return [];
  seen.add(path);
  return [...source.texts, ...source.imports.flatMap((other) => textsOf(other, seen))];
}

/**
 * Matches the paths that a text with `${…}` for its variable parts can be the end of; null for a text that could stand for
 * any file.
 */
function pathPattern(text: string): RegExp | null {
  const path = text.replace(/^(\.\.?\/)+/, "");
  const parts = path.split(/\$\{[^}]*\}/);
  const fixedName = (path.split("/").at(-1) as string).replace(/\$\{[^}]*\}/g, "").replace(/(\.[a-z]+)+$/, "");
  if (!/\.[a-z]+$/.test(path) || fixedName.length < 4) return null;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`(?:^|/)${escaped.join("[^/]*")}$`);
}

interface Reach {
  readonly paths: readonly RegExp[];
  readonly folders: ReadonlySet<string>;
}

const reaches: Reach[] = [...sources.keys()]
  .filter((path) => /\.test\.(ts|mjs)$/.test(path) && path !== import.meta.path)
  .map((path) => {
    const texts = textsOf(path);
    return {
      paths: texts.flatMap((text) => pathPattern(text) ?? []),
      folders: new Set(texts.flatMap((text) => text.split("/"))),
    };
  });

/** True if one test names the file, and each folder that it lies in. */
function isUsed(vector: string): boolean {
  const folders = dirname(vector).split("/");
  return reaches.some(
    (reach) =>
      folders.every((name) => reach.folders.has(name)) && reach.paths.some((path) => path.test(`vectors/${vector}`)),
  );
}

/** The files that the tables of the README describe, by the heading above them, `*` standing for any text. */
function describedFiles(): RegExp[] {
  let folder = "";
  return readFileSync(join(VECTORS, README), "utf8")
    .split("\n")
    .flatMap((line) => {
      folder = /^## (.*\/)$/.exec(line)?.[1] ?? folder;
      const [, names = ""] = /^\| ([^|]+) \|/.exec(line) ?? [];
      return names
        .split(", ")
        .filter((name) => /\.[a-z]+$/.test(name))
        .map((name) => new RegExp(`^${(folder + name).replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]+")}$`));
    });
}

describe("test vectors", () => {
  const vectors = filesBelow(VECTORS)
    .map((path) => relative(VECTORS, path))
    .filter((path) => path !== README);

  test("are all named by a test", () => {
    expect(vectors.length).toBeGreaterThan(80);
    expect(vectors.filter((vector) => !isUsed(vector))).toEqual([]);
  });

  test("are all described, with source and licence", () => {
    const described = describedFiles();
    expect(vectors.filter((vector) => !described.some((pattern) => pattern.test(vector)))).toEqual([]);
    expect(described.filter((pattern) => !vectors.some((vector) => pattern.test(vector)))).toEqual([]);
  });

  test("that no test names would be found", () => {
    for (const vector of [
      "mainnet/blocks.json",
      "fluxd/regtest-a/blocks.hex.gz",
      "shielded/merkle_path_sapling.json",
    ]) {
      expect(isUsed(vector)).toBe(true);
    }
    for (const vector of [
      "mainnet/unheard-of.json",
      "unheard-of/blocks.json",
      "fluxd/unheard-of/blocks.hex.gz",
      "shielded/merkle_unheard.json",
      "keys/headers-pow.json",
    ]) {
      expect(isUsed(vector)).toBe(false);
    }
  });

  test("are not named by texts that could mean any file", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of another file
    for (const text of ["${name}.json", "${set}/${name}", ".json.gz", "fluxd/${set}"])
      expect(pathPattern(text)).toBeNull();
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of another file
    const pattern = pathPattern("../fluxd/${set}/merkle_${kind}.json");
    expect(pattern?.test("fluxd/regtest-a/merkle_path.json")).toBe(true);
    expect(pattern?.test("shielded/merkle_path.json")).toBe(false);
  });
});
