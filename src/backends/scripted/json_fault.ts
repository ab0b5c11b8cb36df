/** Where a text stops being JSON; `JSON.parse` of this runtime names no place. Both count from 1. */
export function locateJsonFault(text: string): { readonly line: number; readonly column: number } {
  const offset = findJsonFault(text);
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

function findJsonFault(text: string): number {
  const scanner = new JsonScanner(text);
  try {
    scanner.value();
    scanner.space();
  } catch (fault) {
    if (fault !== scanner) throw fault;
  }
  return Math.min(scanner.at, text.length);
}

/** Walks over JSON and stops, throwing itself, where it ends being JSON. */
class JsonScanner {
  at = 0;
  constructor(private readonly text: string) {}

  space(): void {
    this.skip(/[ \t\r\n]*/y);
  }

  value(): void {
    this.space();
    const first = this.text[this.at];
    if (first === "{") this.list("}", () => this.member());
    else if (first === "[") this.list("]", () => this.value());
    else if (first === '"') this.string();
    else this.expect(/(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y);
  }

  private member(): void {
    this.space();
    this.string();
    this.space();
    this.expect(/:/y);
    this.value();
  }

  private list(end: string, entry: () => void): void {
    this.at++;
    this.space();
    if (this.text[this.at] === end) {
      this.at++;
      return;
    }
    for (;;) {
      entry();
      this.space();
      const next = this.text[this.at];
      if (next !== "," && next !== end) throw this;
      this.at++;
      if (next === end) return;
    }
  }

  private string(): void {
    this.expect(/"/y);
    this.skip(/(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y);
    this.expect(/"/y);
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    this.at += match?.[0].length ?? 0;
    return match !== null;
  }

  private expect(pattern: RegExp): void {
    if (!this.skip(pattern)) throw this;
  }
}
