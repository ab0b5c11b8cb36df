import { z } from "zod";
import { AGENT_ID_RULE, isAgentId, RESERVED_AGENT_IDS } from "../core/ids.ts";
import type { Blueprint } from "./blueprint.ts";

/** A wave has one to four specialists. */
export const MAX_SPECIALISTS = 4;

const agent = z.strictObject({
  id: z
    .string()
    .refine(isAgentId, { error: `must be an agent id: ${AGENT_ID_RULE}` })
    .refine((id) => !RESERVED_AGENT_IDS.has(id), { error: "is a reserved name" })
    .meta({ description: `Unique in the run; ${AGENT_ID_RULE}` }),
  role: z.string().trim().min(1).max(200).meta({ description: "A few words: what this specialist is" }),
  prompt: z
    .string()
    .trim()
    .min(1)
    .max(32 * 1024)
    .meta({ description: "The whole task of this specialist; nobody else sees it" }),
  dependsOn: z
    .array(z.string())
    .max(64)
    .meta({ description: "Ids of the specialists whose work must be done first; [] when there is none" }),
});

/** The one source of the blueprint's form: its validator here, its JSON Schema and its wording below. */
export const blueprintSchema = z.strictObject({
  agents: z.array(agent).min(1).max(MAX_SPECIALISTS),
}) satisfies z.ZodType<Blueprint>;

/** The same whatever the count: a schema that counts says nothing about what else is wrong. */
export const uncountedSchema = z.strictObject({ agents: z.array(agent).min(1) });

/**
 * The JSON Schema for structured output. Strict mode of the Responses API knows no length limits of strings and no
 * formats, so that only the structure goes out; the limits are checked on receipt.
 */
export function blueprintJsonSchema(): Record<string, unknown> {
  return stripUnsupported(z.toJSONSchema(blueprintSchema, { target: "draft-7" })) as Record<string, unknown>;
}

const UNSUPPORTED: ReadonlySet<string> = new Set(["$schema", "minLength", "maxLength", "pattern", "format"]);

function stripUnsupported(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripUnsupported);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !UNSUPPORTED.has(key))
      .map(([key, inner]) => [key, stripUnsupported(inner)]),
  );
}

/** The form in words, for the builder's prompt. */
export function describeBlueprint(): string {
  return [
    `One JSON object {"agents": [...]} with 1 to ${MAX_SPECIALISTS} specialists, and nothing around it.`,
    `Each has "id" (${AGENT_ID_RULE}), "role" (a few words), "prompt" (the specialist's whole task) and "dependsOn"`,
    "(ids of specialists of this blueprint whose work must be done first; [] where there is none; no cycles).",
  ].join("\n");
}
