import { Fault } from "./fault.ts";
import type { Meter } from "./meter.ts";
import { toText } from "./repr.ts";
import type { NamedArguments, Value } from "./value.ts";

/** `format.format(*args, **kwargs)`. Fields are `{}`, `{0}` or `{name}`; attributes, indices and specs are refused. */
export function formatBraces(format: string, args: readonly Value[], named: NamedArguments, meter: Meter): string {
  const picker = new ArgumentPicker(args, named);
  const parts: string[] = [];
  let size = 0;
  const brace = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;
  let at = 0;
  for (let match = brace.exec(format); match !== null; match = brace.exec(format)) {
    parts.push(format.slice(at, match.index));
    at = brace.lastIndex;
    const [text, field] = match;
    if (text === "{{" || text === "}}") parts.push(text.charAt(0));
    else if (field === undefined) throw unmatched(text, format.slice(match.index));
    else parts.push(toText(picker.pick(field), meter));
    size += parts.at(-1)?.length ?? 0;
    meter.step();
  }
  parts.push(format.slice(at));
  meter.allocate(size + format.length);
  return parts.join("");
}

function unmatched(brace: string, rest: string): Fault {
  if (brace === "}") return new Fault("single '}' in format", { hint: "}} stands for a closing brace" });
  if (/^\{[^{}]*\{/.test(rest)) return new Fault("nested replacement fields are not supported");
  return new Fault("unmatched '{' in format", { hint: "{{ stands for an opening brace" });
}

/** Finds the arguments of fields; numbers that are written and numbers that are implied do not mix. */
class ArgumentPicker {
  private style: "implied" | "written" | null = null;
  private next = 0;

  constructor(
    private readonly args: readonly Value[],
    private readonly named: NamedArguments,
  ) {}

  pick(field: string): Value {
    if (field === "") return this.pickNumber("implied", this.next++);
    if (/^[0-9]+$/.test(field)) return this.pickNumber("written", Number(field));
    const character = /[.[\],!:]/.exec(field)?.[0];
    if (character === "." || character === "[") {
      throw new Fault(`attribute and index syntax is not supported in format: {${field}}`);
    }
    if (character === "!" || character === ":") {
      throw new Fault(`conversions and format specs are not supported in format: {${field}}`);
    }
    if (character !== undefined) throw new Fault(`invalid field name in format: {${field}}`);
    const value = this.named?.get(field);
    if (value === undefined) throw new Fault(`missing argument '${field}' for format`);
    return value;
  }

  private pickNumber(style: "implied" | "written", index: number): Value {
    if (this.style !== null && this.style !== style) {
      throw new Fault("cannot mix numbered and unnumbered fields in format");
    }
    this.style = style;
    const value = this.args[index];
    if (value === undefined) throw new Fault(`not enough arguments for format: no positional argument ${index}`);
    return value;
  }
}
