import { expect, test } from "bun:test";
import { insertSettings, writeTable } from "../../scripts/readme_settings.ts";
import { SETTINGS } from "../../src/config/settings.ts";

test("README's text around the table stays, and a second run changes nothing", () => {
  const updated = insertSettings("# Title\n<!-- settings -->\nstale rows\n<!-- /settings -->\nafter\n") ?? "";
  expect(updated).toStartWith("# Title\n<!-- settings -->\n| Flag |");
  expect(updated).toEndWith("|\n<!-- /settings -->\nafter\n");
  expect(updated).not.toContain("stale rows");
  expect(insertSettings(updated)).toBe(updated);
});

test("without markers nothing is touched", () => {
  expect(insertSettings("# Title\n")).toBeNull();
});

test("every setting has its row, of four cells", () => {
  const rows = writeTable().split("\n").slice(2);
  expect(rows).toHaveLength(Object.keys(SETTINGS).length);
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
  expect(rows).toContain(
    "| `--turn-timeout <time>` |  | `30m` | Longest time of one turn; 90s, 30m, a plain number is seconds |",
  );
});
