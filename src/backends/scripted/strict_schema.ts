import { type ApiError, badRequest } from "./api_error.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that strict structured output does not know. */
const FORBIDDEN = [
  "allOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "dependentRequired",
  "dependentSchemas",
  "propertyNames",
];

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the real API refuses in a strict JSON Schema; null when it is fine. */
export function findSchemaFault(name: string, schema: unknown, param: string): ApiError | null {
  const refuse = (path: readonly string[], what: string): ApiError => {
    const context = `(${path.map((part) => `'${part}'`).join(", ")}${path.length === 1 ? "," : ""})`;
    return badRequest(
      `Invalid schema for response_format '${name}': In context=${context}, ${what}`,
      param,
      "invalid_json_schema",
    );
  };

  const walk = (node: unknown, path: readonly string[]): ApiError | null => {
    if (!isObject(node)) return refuse(path, "schema must be an object.");
    for (const keyword of FORBIDDEN) if (keyword in node) return refuse(path, `'${keyword}' is not permitted.`);
    const types = Array.isArray(node.type) ? node.type : [node.type];
    if (types.includes("object") || isObject(node.properties)) {
      const fault = walkObject(node, path);
      if (fault) return fault;
    }
    if (types.includes("array")) {
      if (!("items" in node)) return refuse(path, "array schema missing items.");
      const fault = walk(node.items, [...path, "items"]);
      if (fault) return fault;
    }
    if (Array.isArray(node.anyOf)) {
      for (const [index, branch] of node.anyOf.entries()) {
        const fault = walk(branch, [...path, "anyOf", String(index)]);
        if (fault) return fault;
      }
    }
    if (!("type" in node || "anyOf" in node || "$ref" in node || "enum" in node || "const" in node)) {
      return refuse(path, "schema must have a 'type' key.");
    }
    return walkDefinitions(node, path);
  };

  const walkObject = (node: Schema, path: readonly string[]): ApiError | null => {
    if (node.additionalProperties !== false) {
      return refuse(path, "'additionalProperties' is required to be supplied and to be false.");
    }
    const properties = isObject(node.properties) ? node.properties : {};
    const required = Array.isArray(node.required) ? node.required : [];
    for (const key of Object.keys(properties)) {
      if (!required.includes(key)) {
        const rule = "'required' is required to be supplied and to be an array including every key in properties.";
        return refuse(path, `${rule} Missing '${key}'.`);
      }
    }
    for (const [key, value] of Object.entries(properties)) {
      const fault = walk(value, [...path, "properties", key]);
      if (fault) return fault;
    }
    return null;
  };

  const walkDefinitions = (node: Schema, path: readonly string[]): ApiError | null => {
    for (const key of ["$defs", "definitions"]) {
      const definitions = node[key];
      if (!isObject(definitions)) continue;
      for (const [name, definition] of Object.entries(definitions)) {
        const fault = walk(definition, [...path, key, name]);
        if (fault) return fault;
      }
    }
    return null;
  };

  if (!isObject(schema)) return refuse([], "schema must be an object.");
  if (schema.type !== "object") {
    return refuse([], `schema must be a JSON Schema of 'type: "object"', got 'type: "${schema.type ?? "None"}"'.`);
  }
  return walk(schema, []);
}
