/** One place where a source file names another module. */
export interface ImportStatement {
  /** What stands between the quotes; null for a path that is computed at run time. */
  readonly specifier: string | null;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * All `import`, `export … from`, `import()` and `require()` of a TypeScript source, type-only ones included (Bun's own
 * scanner leaves those out).
 */
export function scanImports(source: string): ImportStatement[] {
  const code = withoutComments(source);
  const statements: ImportStatement[] = [];
  const lineAt = (index: number) => code.slice(0, index).split("\n").length;
  for (const match of code.matchAll(/(?<![.\w$"'`-])(?:from|import|require)\s*\(?\s*(["'])([^"'\n]*)\1/g)) {
    statements.push({ specifier: match[2] ?? "", line: lineAt(match.index) });
  }
  for (const match of code.matchAll(/(?<![.\w$"'`-])(?:import|require)\s*\(\s*[^"'\s)]/g)) {
    statements.push({ specifier: null, line: lineAt(match.index) });
  }
  return statements.sort((a, b) => a.line - b.line);
}

/** Comments become blanks, so that lines keep their numbers; strings stay. */
function withoutComments(source: string): string {
  const pattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/g;
  return source.replace(pattern, (text) => (text.startsWith("/") ? text.replace(/[^\n]/g, " ") : text));
}
