import { type Origin, SETTING_KEYS, SETTINGS, type SettingKey } from "../../config/settings.ts";
import { EXIT } from "../../core/exit_codes.ts";
import { defineCommand, JSON_OPTION, RUN_SETTINGS } from "../command.ts";

/** `config show`: what every setting would be, and who says so. */
export const show = defineCommand({
  settings: RUN_SETTINGS.filter((key) => key !== "json"),
  options: { json: JSON_OPTION },
  notes: "Example: codex-squad config show --max-parallel 8 --json",
  async run({ settings, origins, options, output }) {
    if (options.json) {
      const entries = SETTING_KEYS.map((key) => [
        key,
        { flag: `--${SETTINGS[key].flag}`, value: settings[key], origin: origins[key] },
      ]);
      await output.printJson(Object.fromEntries(entries));
      return EXIT.done;
    }
    const rows = SETTING_KEYS.map(
      (key) => [SETTINGS[key].flag.replace(/^no-/, ""), spell(key, settings[key]), spellOrigin(origins[key])] as const,
    );
    const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const lines = rows.map(
      ([flag, value, origin]) => `${flag.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${origin}`,
    );
    await output.print(lines.join("\n"));
    return EXIT.done;
  },
});

function spell(key: SettingKey, value: unknown): string {
  if (value === null) return "-";
  const text =
    SETTINGS[key].kind === "duration"
      ? `${Number(value) / 1000}s`
      : Array.isArray(value)
        ? value.join(",")
        : String(value);
  const oneLine = text.replace(/\s+/g, " ");
  return oneLine.length > 60 ? `${oneLine.slice(0, 59)}…` : oneLine;
}

function spellOrigin(origin: Origin): string {
  if (origin.from === "flag" || origin.from === "environment") return `${origin.from} ${origin.name}`;
  return origin.from === "run" ? `run ${origin.session}` : "default";
}
