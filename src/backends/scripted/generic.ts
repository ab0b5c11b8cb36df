import type { ModelCall, ModelReply } from "./model_call.ts";

type Schema = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What an agent says that the scenario does not know, so that any configuration can be tried offline. */
export function buildGenericAnswer(call: ModelCall): ModelReply {
  if (call.schema) return { kind: "json", value: buildSample(call.schema, { root: call.schema, call, path: [] }) };
  const task = call.prompt.split("\n").find((line) => line.trim() !== "") ?? "";
  const text = `I am the scripted model: the scenario has no lines for agent "${call.agent}" in phase "${call.phase}". I would work on: ${task.slice(0, 200)}`;
  return { kind: "message", text };
}

interface Place {
  readonly root: Schema;
  readonly call: ModelCall;
  readonly path: readonly string[];
}

/** The plainest value that fits a schema. */
function buildSample(schema: unknown, place: Place): unknown {
  if (!isObject(schema) || place.path.length > 20) return null;
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (typeof schema.$ref === "string") return buildSample(resolveRef(schema.$ref, place.root), below(place, "$ref"));
  if (Array.isArray(schema.anyOf)) return buildSample(schema.anyOf[0], below(place, "anyOf"));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "object": {
      const properties = isObject(schema.properties) ? schema.properties : {};
      return Object.fromEntries(
        Object.entries(properties).map(([key, part]) => [key, buildSample(part, below(place, key))]),
      );
    }
    case "array":
      return buildSampleList(schema, place);
    case "integer":
    case "number":
      return typeof schema.minimum === "number" ? schema.minimum : 0;
    case "boolean":
      return false;
    case "null":
      return null;
    default:
      return `Scripted ${place.path.at(-1) ?? "answer"} of ${place.call.agent || "an agent"}`;
  }
}

function buildSampleList(schema: Schema, place: Place): unknown {
  const items = isObject(schema.items) ? schema.items : {};
  const properties = isObject(items.properties) ? items.properties : {};
  const least = typeof schema.minItems === "number" ? schema.minItems : 0;
  if (least > 0 && "dependsOn" in properties && "id" in properties) return buildSampleAgents(items, place);
  return Array.from({ length: least }, () => buildSample(items, below(place, "item")));
}

/** A list of agents with dependencies is a blueprint: two of them, one after the other. One that may be empty is. */
function buildSampleAgents(items: Schema, place: Place): unknown {
  const sample = buildSample(items, below(place, "agent"));
  return ["first", "second"].map((word, index) => ({
    ...(isObject(sample) ? sample : {}),
    id: `${word}-specialist`,
    role: `${word === "first" ? "First" : "Second"} specialist`,
    prompt: `Do the ${word} half of the task, and say what you did.`,
    dependsOn: index === 0 ? [] : ["first-specialist"],
  }));
}

const below = (place: Place, key: string): Place => ({ ...place, path: [...place.path, key] });

const resolveRef = (ref: string, root: Schema): unknown =>
  ref === "#"
    ? root
    : ref
        .slice(2)
        .split("/")
        .reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), root);
