import { originalKey } from "./dict.ts";
import { Fault } from "./fault.ts";
import { formatFloat } from "./float.ts";
import type { Meter } from "./meter.ts";
import {
  BytesElems,
  BytesValue,
  type CallableValue,
  DictValue,
  FloatValue,
  type HostValue,
  ListValue,
  RangeValue,
  SetValue,
  StringElems,
  TupleValue,
  type Value,
} from "./value.ts";

const MAX_DEPTH = 1000;

/** `str(x)`: a string is itself, anything else as `repr` writes it, except that bytes are decoded. */
export function toText(value: Value, meter: Meter): string {
  if (typeof value === "string") return value;
  if (value instanceof BytesValue) return decodeUtf8(value.data);
  return toRepr(value, meter);
}

/** `repr(x)`. */
export function toRepr(value: Value, meter: Meter): string {
  const simple = printSimple(value);
  if (simple !== undefined) {
    meter.allocate(simple.length);
    return simple;
  }
  const writer = new ReprWriter(meter);
  writer.write(value);
  return writer.parts.join("");
}

function printSimple(value: Value): string | undefined {
  switch (typeof value) {
    case "string":
      return quoteText(value);
    case "number":
    case "bigint":
      return value.toString();
    case "boolean":
      return value ? "True" : "False";
  }
  if (value === null) return "None";
  if (value instanceof FloatValue) return formatFloat(value.value);
  if (value instanceof BytesValue) return quoteBytes(value.data);
  if (value instanceof RangeValue) return printRange(value);
  if (value instanceof StringElems) return `${quoteText(value.text)}.elems()`;
  if (value instanceof BytesElems) return `${quoteBytes(value.bytes.data)}.elems()`;
  return undefined;
}

function printRange({ start, stop, step }: RangeValue): string {
  if (step !== 1) return `range(${start}, ${stop}, ${step})`;
  return start === 0 ? `range(${stop})` : `range(${start}, ${stop})`;
}

/** Writes nested values; what contains itself is cut off with dots. */
class ReprWriter {
  readonly parts: string[] = [];
  private readonly path = new Set<Value>();
  private size = 0;

  constructor(private readonly meter: Meter) {}

  write(value: Value): void {
    const simple = printSimple(value);
    if (simple !== undefined) this.add(simple);
    else if (value instanceof ListValue) this.nest(value, "[...]", () => this.writeItems("[", value.items, "]"));
    else if (value instanceof TupleValue) {
      this.nest(value, "(...)", () => this.writeItems("(", value.items, value.items.length === 1 ? ",)" : ")"));
    } else if (value instanceof SetValue) {
      this.nest(value, "set(...)", () => this.writeItems("set([", value.elements.values(), "])"));
    } else if (value instanceof DictValue) this.nest(value, "{...}", () => this.writeEntries(value));
    else this.add((value as CallableValue | HostValue).toText());
  }

  private nest(value: Value, cycle: string, write: () => void): void {
    if (this.path.has(value)) {
      this.add(cycle);
      return;
    }
    if (this.path.size >= MAX_DEPTH) throw new Fault("value is nested too deeply to be printed");
    this.path.add(value);
    write();
    this.path.delete(value);
  }

  private writeItems(open: string, items: Iterable<Value>, close: string): void {
    this.add(open);
    let isFirst = true;
    for (const item of items) {
      if (!isFirst) this.add(", ");
      isFirst = false;
      this.write(item);
    }
    this.add(close);
  }

  private writeEntries(dict: DictValue): void {
    this.add("{");
    let isFirst = true;
    for (const [hashed, value] of dict.entries) {
      if (!isFirst) this.add(", ");
      isFirst = false;
      this.write(originalKey(dict, hashed));
      this.add(": ");
      this.write(value);
    }
    this.add("}");
  }

  /** Values that share parts can be short in memory and endless in print: the text's size is watched as it grows. */
  private add(text: string): void {
    this.parts.push(text);
    this.size += text.length;
    this.meter.step();
    this.meter.grow(text.length);
    if (this.size > this.meter.limits.maxValueSize) this.meter.allocate(this.size);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};

/** A string as a literal that denotes it. */
export function quoteText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${escapeText(text)}"`;
}

/** Nothing in it has to be escaped. */
const PLAIN = /^[ !#-[\]-~]*$/;

const escapeText = (text: string): string =>
  text.replace(/["\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escapeCharacter);

function escapeCharacter(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) as number;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

/** A bytes value as a literal that denotes it: what is text stays readable. */
export function quoteBytes(data: Uint8Array): string {
  let text = "";
  for (const { character, byte } of decodeParts(data)) {
    text += character === undefined ? `\\x${hex(byte, 2)}` : escapeText(character);
  }
  return `b"${text}"`;
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, "0");

/** The text of UTF-8, each byte that is no part of a character replaced by U+FFFD. */
export function decodeUtf8(data: Uint8Array): string {
  let text = "";
  for (const { character } of decodeParts(data)) text += character ?? "\ufffd";
  return text;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Character by character; a byte that is no part of one stands alone. */
function* decodeParts(data: Uint8Array): Generator<{ character: string | undefined; byte: number }> {
  for (let at = 0; at < data.length; ) {
    const byte = data[at] as number;
    const width = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const character = width === 1 ? String.fromCharCode(byte) : decodeCharacter(data.subarray(at, at + width));
    yield { character, byte };
    at += character === undefined ? 1 : width;
  }
}

function decodeCharacter(bytes: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(bytes);
    return [...text].length === 1 ? text : undefined;
  } catch {
    return undefined;
  }
}
