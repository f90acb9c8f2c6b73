import { type ExitCode, exitCodeOf, FluxError } from "../platform/index.ts";
import { type Output, toJson } from "./output.ts";
import { printable } from "./text-layout.ts";

/** Writes an error to stderr, as JSON when that was asked for, and says with which code the process has to end. */
export async function reportError(error: unknown, output: Output): Promise<ExitCode> {
  const failure = await asFluxError(error);
  if (output.settings.json) {
    const { code, message, hint } = failure;
    output.error(toJson({ error: { code, message, hint: hint ?? null } }));
  } else {
    const red = output.settings.color ? (text: string) => `\u001b[31m${text}\u001b[39m` : (text: string) => text;
    output.error(`${red("error:")} ${printableLines(failure.message)}`);
    if (failure.hint !== undefined) output.error(`hint: ${printableLines(failure.hint)}`);
  }
  return exitCodeOf(failure.kind);
}

function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

async function asFluxError(error: unknown): Promise<FluxError> {
  if (error instanceof FluxError) return error;
  if (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_")) {
    const { sqliteError } = await import("../platform/sqlite/index.ts");
    const translated = sqliteError(error, "in use");
    if (translated instanceof FluxError) return translated;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new FluxError("internal-error", `this should not have happened: ${message}`, {
    hint: "it is a defect of fluxnode; please report it together with the command that you ran",
    cause: error,
  });
}
