/** Where something stands in a text; both count from 1, columns in code points. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
  /** The line, and a caret under the place. */
  readonly excerpt: string;
}

export type JsonPath = readonly (string | number)[];

/** Line, column and caret of an offset into a text. */
export function placeAt(text: string, offset: number): TextPlace {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const line = text.slice(start, end === -1 ? text.length : end).replace(/\r$/, "");
  const before = text.slice(start, offset);
  const cut = line.length > 160 ? `${line.slice(0, 159)}…` : line;
  const caret = before.length < 160 ? `\n${before.replace(/[^\t]/gu, " ")}^` : "";
  return { line: text.slice(0, start).split("\n").length, column: [...before].length + 1, excerpt: `${cut}${caret}` };
}

/** Where the text stops being JSON; null when all of it is JSON. `JSON.parse` says that, but not where. */
export function findJsonFault(text: string): TextPlace | null {
  const scan = scanJson(text);
  return scan.faultAt === null ? null : placeAt(text, scan.faultAt);
}

/** Where the value at a path stands; for a path that is not there, the nearest one above it. */
export function findJsonValue(text: string, path: JsonPath): TextPlace {
  const { starts } = scanJson(text);
  for (let length = path.length; length > 0; length--) {
    const offset = starts.get(JSON.stringify(path.slice(0, length)));
    if (offset !== undefined) return placeAt(text, offset);
  }
  return placeAt(text, starts.get("[]") ?? 0);
}

const TOKEN =
  /[{}[\]:,]|"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

type Expected = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" | "nothing";

/** One pass without recursion: the start of every value by its path, and where the first thing stands that is wrong. */
function scanJson(text: string): { starts: Map<string, number>; faultAt: number | null } {
  const starts = new Map<string, number>();
  const path: (string | number)[] = [];
  const open: ("{" | "[")[] = [];
  let expected = "value" as Expected;
  let at = 0;
  const afterValue = (): Expected => (open.length === 0 ? "nothing" : "comma-or-end");
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    if (at >= text.length) return { starts, faultAt: expected === "nothing" ? null : at };
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined || expected === "nothing") return { starts, faultAt: at };
    const inside = open.at(-1);
    const ends = token === (inside === "{" ? "}" : "]") && inside !== undefined;
    if (ends && expected.endsWith("-or-end")) {
      open.pop();
      path.pop();
      expected = afterValue();
    } else if (expected === "comma-or-end") {
      if (token !== ",") return { starts, faultAt: at };
      const last = path.at(-1);
      if (inside === "[" && typeof last === "number") path[path.length - 1] = last + 1;
      expected = inside === "{" ? "key" : "value";
    } else if (expected === "key" || expected === "key-or-end") {
      if (!token.startsWith('"')) return { starts, faultAt: at };
      path[path.length - 1] = JSON.parse(token) as string;
      expected = "colon";
    } else if (expected === "colon") {
      if (token !== ":") return { starts, faultAt: at };
      expected = "value";
    } else {
      if (/^[}\]:,]/.test(token)) return { starts, faultAt: at };
      starts.set(JSON.stringify(path), at);
      if (token === "{" || token === "[") {
        open.push(token);
        path.push(token === "{" ? "" : 0);
        expected = token === "{" ? "key-or-end" : "value-or-end";
      } else expected = afterValue();
    }
    at += token.length;
  }
}
