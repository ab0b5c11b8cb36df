import { resolve } from "node:path";
import { isSessionName, SESSION_NAME_RULE } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { IntegerRow, OptionRow } from "./settings.ts";

const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const DURATION_RULE = "a time above zero such as 90s, 30m, 1h30m or a plain number of seconds, 24 days at most";
/** Timers take no more: 2^31 - 1 ms. */
const LONGEST_MS = 2_147_483_647;

/** The value that one text stands for, or what would have been allowed. */
export function parseValue(row: OptionRow, text: string, currentFolder: string): Result<unknown, string> {
  switch (row.kind) {
    case "boolean":
      if (/^(1|true|yes|on)$/i.test(text)) return ok(true);
      return /^(0|false|no|off)$/i.test(text) ? ok(false) : err("true or false");
    case "integer":
      return parseInteger(row, text);
    case "duration":
      return parseDuration(text);
    case "choice":
      return row.values.includes(text) ? ok(text) : err(`one of ${row.values.join(", ")}`);
    case "list":
      return parseList(text);
    case "session":
      return isSessionName(text) ? ok(text) : err(SESSION_NAME_RULE);
    case "url":
      return isWebAddress(text) ? ok(text) : err("an address that begins with http:// or https://");
    case "path":
      if (text.trim() === "" || text.includes("\0")) return err("a path");
      return ok(text === "-" ? text : resolve(currentFolder, text));
    case "name-or-path":
      return ok(/[/\\]|\.json$/.test(text) ? resolve(currentFolder, text) : text);
    case "text":
      return ok(text);
  }
}

function parseInteger(row: Omit<IntegerRow, "section">, text: string): Result<number, string> {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= row.min && value <= row.max ? ok(value) : err(`a whole number from ${row.min} to ${row.max}`);
}

/** Milliseconds; a plain number is seconds. */
export function parseDuration(text: string): Result<number, string> {
  const plain = /^\d+$/.test(text) ? [text, "0", "0", text] : DURATION.exec(text);
  if (!plain) return err(DURATION_RULE);
  const [, hours = "0", minutes = "0", seconds = "0"] = plain;
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return ms > 0 && ms <= LONGEST_MS ? ok(ms) : err(DURATION_RULE);
}

function parseList(text: string): Result<readonly string[], string> {
  const entries = text.split(",").map((entry) => entry.trim());
  return entries.includes("") ? err("names with commas between them") : ok([...new Set(entries)]);
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.hostname !== "";
}
