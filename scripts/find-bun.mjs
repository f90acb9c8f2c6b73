import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Path of the Bun program of the npm packages.
 *
 * The package `bun` moves it into place by an install script. Where install scripts are switched off a placeholder lies
 * there instead, and the program stays in the package of the architecture.
 */
export function findBun(root) {
  const scope = join(root, "node_modules/@oven");
  const architecture = process.arch === "arm64" ? "aarch64" : process.arch;
  const packages = existsSync(scope) ? readdirSync(scope) : [];
  const candidates = [
    join(root, "node_modules/bun/bin/bun.exe"),
    ...packages
      .filter((name) => name.startsWith(`bun-linux-${architecture}`))
      .sort()
      .flatMap((name) => [join(scope, name, "bin/bun"), join(scope, name, "bin/bun.exe")]),
  ].filter((path) => existsSync(path));
  for (const path of candidates) {
    const result = spawnSync(path, ["--version"], { encoding: "utf8" });
    if (result.status === 0 && /^\d+\.\d+\.\d+/.test(result.stdout)) return path;
  }
  throw new Error(`no usable Bun for ${process.platform}-${process.arch} in node_modules: run "npm ci"`);
}
