import { fail, ok, type Result } from "./result.ts";

/** `terminal_3` or `plugin_1`, as Zellij prints it and takes it everywhere. */
export type PaneId = `terminal_${number}` | `plugin_${number}`;

const PANE_ID = /^(terminal|plugin)_\d{1,9}$/;

/** True for what Zellij itself would print as a pane's id. */
export const isPaneId = (text: string): text is PaneId => PANE_ID.test(text);

export function checkPaneId(id: string): Result<PaneId> {
  return isPaneId(id) ? ok(id) : fail("bad-input", `"${id}" is no pane id (terminal_N or plugin_N)`);
}

export function checkTabId(id: number): Result<string> {
  return Number.isSafeInteger(id) && id >= 0 ? ok(String(id)) : fail("bad-input", `${id} is no tab id`);
}

/** Names become socket files: no slash, not empty, nothing that reads as a flag or another line. */
export function checkSessionName(name: string): Result<string> {
  if (name === "" || name.startsWith("-") || /[/\u0000-\u001f\u007f]/.test(name) || name === "." || name === "..")
    return fail("bad-input", `${JSON.stringify(name)} cannot be a session's name`);
  return ok(name);
}

export function checkByte(byte: number): boolean {
  return Number.isInteger(byte) && byte >= 0 && byte <= 255;
}
