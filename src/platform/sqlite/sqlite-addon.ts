import { join } from "node:path";
import { FluxError } from "../errors.ts";
import { isCompiledExecutable, loadEmbeddedAddon } from "../native/index.ts";

/** Set by the build to the architecture it builds for, so that the bundler drops the other one's library. */
declare const BUILD_ARCH: "x64" | "arm64";

type AddonFile = typeof import("./prebuilt-x64.ts");

function addonFile(): string {
  if (isCompiledExecutable()) {
    // Not `import`: the files can only be imported where the bundler has replaced them by a path. One expression, because
    // the bundler drops the unused branch of a condition but not what stands after a return.
    const file =
      BUILD_ARCH === "x64"
        ? (require("./prebuilt-x64.ts") as AddonFile)
        : (require("./prebuilt-arm64.ts") as AddonFile);
    return file.sqliteAddonFile;
  }
  if (process.platform !== "linux" || (process.arch !== "x64" && process.arch !== "arm64")) {
    throw new FluxError(
      "platform-unsupported",
      `there is no SQLite library for ${process.platform} on ${process.arch}`,
      {
        hint: "fluxnode runs on Linux, x64 and arm64",
      },
    );
  }
  return join(import.meta.dir, `../../../node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`);
}

let addon: object | undefined;

/** The SQLite library, loaded on first use. */
export function sqliteAddon(): object {
  addon ??= loadEmbeddedAddon(addonFile(), "sqlite") as object;
  return addon;
}
