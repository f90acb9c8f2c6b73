import type { Command } from "commander";
import type { Shell } from "./commands/completion.ts";

/** What can follow one command: its members and its options. */
interface Place {
  /** Names from below the program, "" for the program itself, "config show" for a member of a group. */
  readonly path: string;
  readonly members: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly flag: string; readonly description: string; readonly takesValue: boolean }[];
}

/** A completion script for the whole tree of commands, options of the program included everywhere. */
export function completionScript(shell: Shell, program: Command): string {
  const places = placesOf(program, "", optionsOf(program));
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](places);
}

function placesOf(command: Command, path: string, shared: Place["options"]): Place[] {
  const visible = command.createHelp().visibleCommands(command);
  const own = path === "" ? [] : optionsOf(command);
  const members = visible.map((member) => ({ name: member.name(), description: firstLine(member.description()) }));
  const below = command.commands.flatMap((member) => placesOf(member, `${path} ${member.name()}`.trim(), shared));
  return [{ path, members, options: [...own, ...shared] }, ...below];
}

function optionsOf(command: Command): Place["options"] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== undefined)
    .map((option) => ({
      flag: option.long ?? "",
      description: firstLine(option.description),
      takesValue: option.required || option.optional,
    }));
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

/** Which of the words so far are names of commands: options and their values are skipped. */
function valueFlags(places: readonly Place[]): string {
  const flags = places.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).map(({ flag }) => flag));
  return [...new Set(flags)].sort().join("|");
}

function bashScript(places: readonly Place[]): string {
  const cases = places.map(({ path, members, options }) => {
    const words = [...members.map(({ name }) => name), ...options.map(({ flag }) => flag)].join(" ");
    return `    "${path}") words="${words}" ;;`;
  });
  return `# bash completion for fluxnode
_fluxnode() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      ${valueFlags(places)}) ((i++)) ;;
      -*) ;;
      *) case " ${places
        .map(({ path }) => path.replaceAll(" ", "/"))
        .filter(Boolean)
        .join(" ")} " in
           *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;;
         esac ;;
    esac
  done
  case "\${path//\\// }" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default
}
complete -F _fluxnode fluxnode
`;
}

function zshScript(places: readonly Place[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const described = (name: string, description: string) => quote(`${name.replaceAll(":", "\\:")}:${description}`);
  const cases = places.map(({ path, members, options }) => {
    const entries = [
      ...members.map(({ name, description }) => described(name, description)),
      ...options.map(({ flag, description }) => described(flag, description)),
    ];
    return `    ${quote(path)}) entries=(${entries.join(" ")}) ;;`;
  });
  return `#compdef fluxnode
_fluxnode() {
  local -a entries
  local place="" word i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "$word" in
      ${valueFlags(places)}) ((i++)) ;;
      -*) ;;
      *) case "$place $word" in
           ${places
             .filter(({ path }) => path !== "")
             .map(({ path }) => quote(path.includes(" ") ? path : ` ${path}`))
             .join("|")}) place="\${place:+$place }$word" ;;
         esac ;;
    esac
  done
  case "$place" in
${cases.join("\n")}
  esac
  _describe 'fluxnode' entries || _files
}
_fluxnode "$@"
`;
}

function fishScript(places: readonly Place[]): string {
  const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = places.flatMap(({ path, members, options }) => {
    const names = path === "" ? [] : path.split(" ");
    const inside = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const notYet =
      members.length === 0 ? [] : [`not __fish_seen_subcommand_from ${members.map(({ name }) => name).join(" ")}`];
    const when = quote([...inside, ...notYet].join("; and ") || "true");
    return [
      ...members.map(
        ({ name, description }) => `complete -c fluxnode -n ${when} -f -a ${name} -d ${quote(description)}`,
      ),
      ...options.map(
        ({ flag, description, takesValue }) =>
          `complete -c fluxnode -n ${when} -l ${flag.slice(2)}${takesValue ? " -r" : ""} -d ${quote(description)}`,
      ),
    ];
  });
  return `# fish completion for fluxnode\n${lines.join("\n")}\n`;
}
