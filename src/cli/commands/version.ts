import type { Command } from "commander";
import { COMMIT, VERSION } from "../build-info.ts";
import type { CommandLine } from "../command-line.ts";
import { fields } from "../text-layout.ts";

export function addVersionCommand(parent: Command, line: CommandLine): void {
  parent
    .command("version")
    .description("print the version, what it was built from and which native code this machine uses")
    .action(
      line.action(async ({ output }) => {
        const { nativeStatus } = await import("../../platform/native/index.ts");
        const { sqliteVersion } = await import("../../platform/sqlite/index.ts");
        const status = nativeStatus();
        const sqlite = sqliteVersion();
        output.result(
          {
            version: VERSION,
            commit: COMMIT,
            bun: Bun.version,
            platform: `${process.platform}-${process.arch}`,
            implementation: status.implementation,
            features: status.features ?? null,
            sqlite,
          },
          () =>
            fields([
              ["fluxnode", VERSION],
              ["commit", COMMIT ?? "unknown"],
              ["bun", Bun.version],
              ["platform", `${process.platform}-${process.arch}`],
              ["code", implementationText(status.implementation, status.features)],
              ["sqlite", sqlite],
            ]),
        );
      }),
    );
}

function implementationText(
  implementation: "native" | "typescript",
  features: Readonly<Record<string, string | undefined>> | undefined,
): string {
  const list = Object.entries(features ?? {}).map(([topic, choice]) => `${topic} ${choice}`);
  return list.length === 0 ? implementation : `${implementation} (${list.join(", ")})`;
}
