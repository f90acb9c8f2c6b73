import { existsSync } from "node:fs";
import { join } from "node:path";
import { FluxError } from "../errors.ts";
import type { BenchAddon } from "./bench-addon.ts";
import { isCompiledExecutable, loadEmbeddedAddon } from "./load-embedded-addon.ts";
import type { NativeAddon, NativeFeatures } from "./native-addon.ts";
import type { NetAddon } from "./net-addon.ts";

/** Which implementation of the heavy functions is in use and why. */
export interface NativeStatus {
  implementation: "native" | "typescript";
  reason: string;
  features?: NativeFeatures;
}

type Outcome =
  | { kind: "native"; addon: NativeAddon; file: string }
  | { kind: "off" }
  | { kind: "failed"; error: unknown };

let outcome: Outcome | null = null;

/**
 * Inside the executable the path comes from the bundler. Outside it is computed, because Bun refuses to import a .node
 * file from source, whatever the import attributes say.
 */
function addonPath(): string {
  if (isCompiledExecutable()) return (require("./addon-file.ts") as typeof import("./addon-file.ts")).addonFile;
  const path = join(import.meta.dir, "../../../build/fluxnode.node");
  if (existsSync(path)) return path;
  throw new FluxError("native-addon-unavailable", `the native addon ${path} does not exist`, {
    hint: "build it with: node scripts/build-native.mjs (or set FLUXNODE_NATIVE=off to run the slow TypeScript code).",
  });
}

function load(): Outcome {
  const choice = process.env.FLUXNODE_NATIVE ?? "";
  if (choice === "off") return { kind: "off" };
  if (choice !== "" && choice !== "on") {
    const error = new FluxError("native-setting-invalid", `FLUXNODE_NATIVE is "${choice}"`, {
      kind: "usage",
      hint: 'use "on" (the default) or "off".',
    });
    return { kind: "failed", error };
  }
  try {
    const file = addonPath();
    return { kind: "native", addon: loadEmbeddedAddon(file, "fluxnode") as NativeAddon, file };
  } catch (error) {
    return { kind: "failed", error };
  }
}

function loadOnce(): Exclude<Outcome, { kind: "failed" }> {
  outcome ??= load();
  if (outcome.kind === "failed") throw outcome.error;
  return outcome;
}

/**
 * The C++ addon, loaded on first use; null only when FLUXNODE_NATIVE=off asks for the TypeScript implementations.
 * Throws FluxError when it cannot be loaded: falling back silently would make a node too slow to keep up without
 * anyone knowing why.
 */
export function nativeAddon(): NativeAddon | null {
  const loaded = loadOnce();
  return loaded.kind === "native" ? loaded.addon : null;
}

/** What {@link nativeAddon} gives, in words. Throws the same errors. */
export function nativeStatus(): NativeStatus {
  const loaded = loadOnce();
  if (loaded.kind === "off") return { implementation: "typescript", reason: "FLUXNODE_NATIVE=off" };
  return { implementation: "native", reason: `loaded from ${loaded.file}`, features: loaded.addon.features() };
}

/**
 * The measurements of the addon. There is no TypeScript twin: its numbers would mean something else.
 * @throws FluxError native-addon-unavailable, also when FLUXNODE_NATIVE=off
 */
export function benchAddon(): BenchAddon {
  const addon = nativeAddon();
  if (addon) return addon as unknown as BenchAddon;
  throw new FluxError(
    "native-addon-unavailable",
    "the measurements need the native addon, which FLUXNODE_NATIVE=off switches off",
    {
      hint: "run it without FLUXNODE_NATIVE",
    },
  );
}

/** What the addon knows of this process's connections; null when FLUXNODE_NATIVE=off. Throws the errors of {@link nativeAddon}. */
export function netAddon(): NetAddon | null {
  return nativeAddon() as unknown as NetAddon | null;
}
