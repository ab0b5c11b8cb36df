import {
  CallableValue,
  DictValue,
  type JsonValue,
  ListValue,
  NotJson,
  type Place,
  TupleValue,
  toJson,
  typeName,
  type Value,
} from "lark-parser";
import type { JsonPath } from "../json_place.ts";
import { parseDuration } from "../parse_value.ts";
import { type CallFault, FIELDS, type PartKind, SquadPart } from "./squad_values.ts";

/** The compiled configuration, as yet unchecked, with the way back from its parts to the source. */
export interface BuiltConfig {
  readonly config: { readonly version: 1; readonly groups: readonly JsonObject[] };
  /** Where the value at a path, or what holds it, was written. */
  placeOf(path: JsonPath): Place;
}

type JsonObject = Record<string, JsonValue>;

/** Turns a module's `groups`, or its `agents` as one group named core, into the compiled configuration. */
export class ConfigBuilder {
  readonly #report: (fault: CallFault) => void;
  readonly #places = new Map<string, Place>();
  readonly #whole: Place;

  constructor(whole: Place, report: (fault: CallFault) => void) {
    this.#whole = whole;
    this.#report = report;
  }

  build(globals: ReadonlyMap<string, Value>): BuiltConfig {
    const groups = globals.get("groups");
    const agents = globals.get("agents");
    const list =
      groups !== undefined
        ? this.#parts(groups, "group", { path: ["groups"], what: "groups" }, (part, path) => this.#group(part, path))
        : [{ id: "core", agents: this.#agents(agents ?? null, ["groups", 0, "agents"]) }];
    return {
      config: { version: 1, groups: list },
      placeOf: (path) => this.#placeOf(path),
    };
  }

  #placeOf(path: JsonPath): Place {
    for (let length = path.length; length > 0; length--) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return this.#whole;
  }

  #note(path: JsonPath, place: Place): void {
    this.#places.set(JSON.stringify(path), place);
  }

  #group(part: SquadPart, path: JsonPath): JsonObject {
    const id = part.fields.get("id");
    this.#note([...path, "id"], part.place("id"));
    this.#note([...path, "agents"], part.place("agents"));
    const agents = this.#agents(part.fields.get("agents") ?? null, [...path, "agents"]);
    return { id: this.#json(id ?? "", part.place("id")), agents, ...this.#orchestration(part, path) };
  }

  #agents(value: Value, path: JsonPath): readonly JsonObject[] {
    return this.#parts(value, "agent", { path, what: "agents" }, (part, at) => this.#fields(part, at));
  }

  #orchestration(group: SquadPart, path: JsonPath): JsonObject {
    const found = this.#part(group, "orchestration", path);
    if (found === undefined) return {};
    const settings = this.#fields(found, path);
    const relay = this.#part(found, "relay", [...path, "relay"]);
    return relay === undefined ? settings : { ...settings, relay: this.#fields(relay, [...path, "relay"]) };
  }

  /** The value of a parameter that takes what another function of ours gives. */
  #part(holder: SquadPart, kind: PartKind, path: JsonPath): SquadPart | undefined {
    const value = holder.fields.get(kind);
    if (value === undefined) return undefined;
    this.#note(path, holder.place(kind));
    if (value instanceof SquadPart && value.typeName === kind) return value;
    const message = `${kind} must be a define_${kind}(...), not ${typeName(value)}`;
    this.#report({ place: holder.place(kind), message });
    return undefined;
  }

  #fields(part: SquadPart, path: JsonPath): JsonObject {
    const names: Readonly<Record<string, string>> = FIELDS[part.typeName];
    const object: JsonObject = {};
    for (const [parameter, value] of part.fields) {
      const name = names[parameter];
      // The relay is a part of its own, with its own place.
      if (name === undefined || (part.typeName === "orchestration" && parameter === "relay")) continue;
      const place = part.place(parameter);
      this.#note([...path, name], place);
      object[name] = name === "timeoutMs" ? this.#duration(value, place) : this.#json(value, place);
    }
    return object;
  }

  #duration(value: Value, place: Place): JsonValue {
    const parsed = typeof value === "string" || typeof value === "number" ? parseDuration(String(value)) : undefined;
    if (parsed?.ok) return parsed.value;
    const rule = parsed === undefined ? 'a time such as 90 (seconds) or "10m"' : parsed.error;
    this.#report({ place, message: `timeout must be ${rule}` });
    return 1;
  }

  #json(value: Value, place: Place): JsonValue {
    try {
      const json = toJson(value);
      const foreign = findForeign(value);
      if (foreign !== undefined) this.#report({ place, ...foreign });
      return foreign === undefined ? json : null;
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      this.#report({ place, message: error.message });
      return null;
    }
  }

  #parts(
    value: Value,
    kind: PartKind,
    { path, what }: { readonly path: JsonPath; readonly what: string },
    build: (part: SquadPart, path: JsonPath) => JsonObject,
  ): JsonObject[] {
    const place = this.#placeOf(path);
    if (!(value instanceof ListValue || value instanceof TupleValue)) {
      this.#report({ place, message: `${what} must be a list of ${kind}(...), not ${typeName(value)}` });
      return [];
    }
    return value.items.flatMap((item, at) => {
      if (!(item instanceof SquadPart) || item.typeName !== kind) {
        this.#report({ place, message: `${what}[${at}] must be ${article(kind)} ${kind}(...), not ${typeName(item)}` });
        return [];
      }
      this.#note([...path, at], item.place());
      return [build(item, [...path, at])];
    });
  }
}

/** What would be lost on the way into JSON; `value` is known to contain no cycle. */
function findForeign(value: Value): Pick<CallFault, "message" | "hint"> | undefined {
  if (value instanceof SquadPart) {
    const id = value.fields.get("id");
    const hint = typeof id === "string" ? `name it by its id: "${id}"` : undefined;
    return { message: `${value.toText()} cannot stand here`, hint };
  }
  if (value instanceof CallableValue) return { message: `${value.toText()} cannot stand here` };
  if (typeof value === "bigint") return { message: `${value} is too large for JSON` };
  const parts = value instanceof ListValue || value instanceof TupleValue ? value.items : undefined;
  const entries = value instanceof DictValue ? [...value.entries.values()] : [];
  for (const part of parts ?? entries) {
    const found = findForeign(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

const article = (word: string): string => (word === "agent" ? "an" : "a");
