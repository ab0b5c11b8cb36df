import { SETTINGS, type SettingRow } from "../config/settings.ts";
import { COMMANDS, type CommandEntry } from "./command_table.ts";

const EXECUTABLES = ["codex-squad", "launch_codex_orchestrator_session", "codex_orchestrator"];
const ROWS: readonly SettingRow[] = Object.values(SETTINGS);
/** Settings whose value is a file or a folder. */
const isFile = (row: SettingRow): boolean => row.kind === "path";

interface Branch {
  readonly word: string;
  readonly summary: string;
  readonly actions: readonly { readonly word: string; readonly summary: string }[];
}

/** First words with the words that may follow them. */
export function listBranches(commands: readonly CommandEntry[] = COMMANDS): Branch[] {
  const branches = new Map<string, { word: string; summary: string; actions: { word: string; summary: string }[] }>();
  for (const { name, summary } of commands) {
    const [word = name, action] = name.split(" ");
    const branch = branches.get(word) ?? { word, summary: action ? word : summary, actions: [] };
    if (action) branch.actions.push({ word: action, summary });
    branches.set(word, branch);
  }
  for (const branch of branches.values()) {
    if (branch.actions.length > 0) branch.summary = branch.actions.map((action) => action.word).join(", ");
  }
  return [...branches.values()];
}

/** For bash, through `complete -F`. */
export function writeBash(): string {
  const branches = listBranches();
  const values = ROWS.flatMap((row) => {
    if (row.kind === "choice")
      return [`    --${row.flag}) COMPREPLY=($(compgen -W "${row.values.join(" ")}" -- "$word")); return;;`];
    return isFile(row) ? [`    --${row.flag}) COMPREPLY=($(compgen -f -- "$word")); return;;`] : [];
  });
  const actions = branches
    .filter((branch) => branch.actions.length > 0)
    .map((branch) => `    ${branch.word}) words="${branch.actions.map((action) => action.word).join(" ")}";;`);
  const flags = [...ROWS.map((row) => `--${row.flag}`), "--help", "--version"].join(" ");
  return `_codex_squad() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  COMPREPLY=()
  case "$before" in
${values.join("\n")}
    completion) words="bash zsh fish";;
${actions.join("\n")}
  esac
  if [[ "$word" == -* ]]; then words="${flags}"
  elif [[ $COMP_CWORD -eq 1 ]]; then words="${branches.map((branch) => branch.word).join(" ")}"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _codex_squad ${EXECUTABLES.join(" ")}`;
}

/** For zsh, through `_arguments` and `_describe`. */
export function writeZsh(): string {
  const branches = listBranches();
  const flags = ROWS.map((row) => {
    const help = row.help.replace(/[[\]:']/g, (found) => (found === "'" ? "" : `\\${found}`));
    if (row.kind === "boolean") return `    '--${row.flag}[${help}]'`;
    const value = row.kind === "choice" ? `(${row.values.join(" ")})` : isFile(row) ? "_files" : " ";
    return `    '--${row.flag}=[${help}]:${row.placeholder ?? "value"}:${value}'`;
  });
  const words = branches.map((branch) => `    '${branch.word}:${branch.summary.replace(/[':]/g, "")}'`);
  const actions = branches
    .filter((branch) => branch.actions.length > 0)
    .map((branch) => `    ${branch.word}) compadd -- ${branch.actions.map((action) => action.word).join(" ")};;`);
  return `_codex_squad() {
  local -a commands
  commands=(
${words.join("\n")}
  )
  if (( CURRENT == 2 )) && [[ "$PREFIX" != -* ]]; then _describe command commands; return; fi
  if (( CURRENT == 3 )) && [[ "$PREFIX" != -* ]]; then
    case "$words[2]" in
    completion) compadd -- bash zsh fish;;
${actions.join("\n")}
    esac
  fi
  _arguments -S \\
${flags.join(" \\\n")} \\
    '--help[Show help]' '--version[Show the version]' '*: :_files'
}
compdef _codex_squad ${EXECUTABLES.join(" ")}`;
}

/** For fish, one `complete` a word. */
export function writeFish(): string {
  const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  const lines = EXECUTABLES.flatMap((executable) => {
    const begin = `complete -c ${executable}`;
    const words = listBranches().flatMap((branch) => [
      `${begin} -n __fish_use_subcommand -a ${branch.word} -d ${quote(branch.summary)}`,
      ...branch.actions.map(
        (action) =>
          `${begin} -n '__fish_seen_subcommand_from ${branch.word}' -a ${action.word} -d ${quote(action.summary)}`,
      ),
    ]);
    const flags = ROWS.map((row) => {
      const value =
        row.kind === "boolean"
          ? ""
          : row.kind === "choice"
            ? ` -x -a ${quote(row.values.join(" "))}`
            : isFile(row)
              ? " -r -F"
              : " -x";
      return `${begin} -l ${row.flag}${value} -d ${quote(row.help)}`;
    });
    const shells = `${begin} -n '__fish_seen_subcommand_from completion' -x -a 'bash zsh fish'`;
    return [`${begin} -f`, ...words, shells, ...flags];
  });
  return lines.join("\n");
}
