/**
 * Writes README's table of settings between its two markers, from the settings table itself.
 * `--check` writes nothing: exit code 1 says that README is behind, 2 that it cannot be checked.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SETTINGS, type SettingRow } from "../src/config/settings.ts";

const BEGIN = "<!-- settings -->";
const END = "<!-- /settings -->";

/** README with its table brought up to date; null when the markers are not there. */
export function insertSettings(readme: string): string | null {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) return null;
  return `${readme.slice(0, begin)}${BEGIN}\n${writeTable()}\n${readme.slice(end)}`;
}

/** One row for each setting, in the order of `--help`. */
export function writeTable(): string {
  const rows = Object.values(SETTINGS).map(
    (row) => `| ${spellFlag(row)} | ${spellVariables(row)} | ${spellDefault(row)} | ${describe(row)} |`,
  );
  return ["| Flag | Environment | Default | What it does |", "|---|---|---|---|", ...rows].join("\n");
}

const code = (text: string): string => `\`${text}\``;

const spellFlag = (row: SettingRow): string =>
  code(row.kind === "boolean" ? `--${row.flag}` : `--${row.flag} <${row.placeholder ?? "value"}>`);

const spellVariables = (row: SettingRow): string => (row.env ?? []).map(code).join(", ");

function spellDefault(row: SettingRow): string {
  if (row.kind === "boolean" || row.default === null) return "";
  if (row.kind === "duration") return code(`${row.default / 60_000}m`);
  return code(String(row.default));
}

function describe(row: SettingRow): string {
  const values = row.kind === "choice" ? `: ${row.values.map(code).join(", ")}` : "";
  return `${row.help.replaceAll("|", "\\|")}${values}`;
}

function main(path: string, check: boolean): number {
  const readme = readFileSync(path, "utf8");
  const updated = insertSettings(readme);
  if (updated === null) {
    console.error(`readme_settings: ${path} has no ${BEGIN} ... ${END}`);
    return 2;
  }
  if (updated === readme) return 0;
  if (!check) writeFileSync(path, updated);
  else console.log(`${path}: the table of settings is behind; run: bun scripts/readme_settings.ts`);
  return check ? 1 : 0;
}

if (import.meta.main) {
  try {
    process.exitCode = main(join(import.meta.dir, "../README.md"), process.argv.includes("--check"));
  } catch (error) {
    console.error(`readme_settings: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  }
}
