import Ajv2020 from "ajv/dist/2020.js";

const ajv = new Ajv2020({ strict: false });

/** Why a value is no JSON Schema (draft 2020-12); null when it is one. */
export function findSchemaFault(schema: Readonly<Record<string, unknown>>): string | null {
  const { $schema, ...rest } = schema;
  if (ajv.validateSchema(rest) === true) return null;
  const [first] = ajv.errors ?? [];
  return `${first?.instancePath || "the schema"} ${first?.message ?? "is not valid"}`;
}
