import type { ParameterDeclaration, ParameterType, RpcMethod } from "./declaration.ts";

function typesOf({ type }: ParameterDeclaration): readonly ParameterType[] {
  return typeof type === "string" ? [type] : type;
}

function placeholder(parameter: ParameterDeclaration): string {
  const [first] = typesOf(parameter);
  if (first === "string") return `"${parameter.name}"`;
  if (first === "array") return `["${parameter.name}",...]`;
  return first === "object" ? `{${parameter.name}}` : parameter.name;
}

/** First line of a method's help: its name and parameters, the optional ones in brackets. */
export function usageLine(method: RpcMethod, name = method.name): string {
  const words = method.params.map((parameter) =>
    parameter.optional ? `( ${placeholder(parameter)} )` : placeholder(parameter),
  );
  return [name, ...words].join(" ");
}

/** Help on one method, as `help "command"` gives it; also the message of a call with a wrong number of parameters. */
export function helpText(method: RpcMethod, name = method.name): string {
  const lines = [usageLine(method, name), "", method.summary];
  if (method.params.length > 0) {
    lines.push("", "Arguments:");
    method.params.forEach((parameter, index) => {
      const need = parameter.optional ? "optional" : "required";
      lines.push(
        `${index + 1}. ${parameter.name} (${typesOf(parameter).join(" or ")}, ${need}) ${parameter.description}`,
      );
    });
  }
  lines.push("", `Result: ${method.result}`);
  return lines.join("\n");
}

/** The command list: usage lines by category, both in alphabetical order. */
export function commandList(methods: readonly RpcMethod[]): string {
  const groups = new Map<string, string[]>();
  for (const method of methods) {
    if (method.hidden) continue;
    const lines = groups.get(method.category) ?? [];
    lines.push(usageLine(method));
    groups.set(method.category, lines);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([category, lines]) => `== ${category[0]?.toUpperCase()}${category.slice(1)} ==\n${lines.sort().join("\n")}\n`)
    .join("\n")
    .trimEnd();
}
