import { z } from "zod";
import { AGENT_ID_RULE, isAgentId, RESERVED_AGENT_IDS } from "../core/ids.ts";
import type { BlueprintForm } from "./answer_form.ts";
import { type Blueprint, type HandoffNote, NOTE_PARTS } from "./blueprint.ts";

/** A wave has four specialists at most. */
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

const reason = z
  .string()
  .max(4096)
  .meta({ description: "Why these agents; or, when there are none, why nothing is left" });

const sentences = (description: string) => z.array(z.string().trim().min(1).max(1000)).max(50).meta({ description });

const note = z.strictObject({
  decided: sentences("What was decided"),
  rejected: sentences("What was considered and rejected, and why"),
  risks: sentences("What may go wrong"),
  files: sentences("Files that matter, as paths"),
  remaining: sentences("What is left to do"),
} satisfies Record<(typeof NOTE_PARTS)[number], z.ZodType>) satisfies z.ZodType<HandoffNote>;

const handoff = z.strictObject({
  from: z.string().meta({ description: "Id of the agent that hands on; it has finished" }),
  to: z.string().meta({ description: "Id of the agent of this wave that receives it" }),
  message: z.string().max(4096).meta({ description: "What is handed on, in a sentence or two" }),
  note: note.nullable(),
});

/** What an answer may be, whatever its form: how many agents there are and what is missing is told in words of ours. */
export const answerSchema = z.strictObject({
  agents: z.array(agent),
  reason: reason.optional(),
  handoff: handoff.extend({ note: note.nullish() }).nullish(),
}) satisfies z.ZodType<Blueprint>;

/**
 * The JSON Schema for structured output. Strict mode of the Responses API knows no length limits of strings and no
 * formats, so that only the structure goes out; the limits are checked on receipt.
 */
export function blueprintJsonSchema(form: BlueprintForm): Record<string, unknown> {
  return stripUnsupported(z.toJSONSchema(schemaOf(form), { target: "draft-7" })) as Record<string, unknown>;
}

function schemaOf({ mayEnd, relay }: BlueprintForm): z.ZodObject {
  const agents = z.array(agent).max(MAX_SPECIALISTS);
  if (!mayEnd) return z.strictObject({ agents: agents.min(1) });
  if (relay === null) return z.strictObject({ reason, agents });
  // Where nothing is left, nothing is handed on.
  const passed = relay.requireNote ? handoff.extend({ note }) : handoff;
  return z.strictObject({ reason, agents, handoff: passed.nullable() });
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

/** The form in words, for the prompt. */
export function describeForm({ mayEnd, relay, parallel }: BlueprintForm): string {
  const keys = ['"agents": [...]', ...(mayEnd ? ['"reason": "..."'] : []), ...(relay ? ['"handoff": {...}'] : [])];
  const least = mayEnd ? 0 : 1;
  const lines = [
    `One JSON object {${keys.join(", ")}} with ${least} to ${MAX_SPECIALISTS} specialists, and nothing around it.`,
    `Each has "id" (${AGENT_ID_RULE}), "role" (a few words), "prompt" (the specialist's whole task) and "dependsOn"`,
    "(ids of specialists of this blueprint whose work must be done first; [] where there is none; no cycles).",
  ];
  if (parallel) {
    lines.push(
      `Name ${MAX_SPECIALISTS} specialists that can all begin at once: "dependsOn" is [] for each, and no two own the same file.`,
    );
  }
  if (mayEnd) {
    lines.push(
      `"dependsOn" may also name agents of this run that have finished: the specialist then sees their answers.`,
      `No agents means that nothing is left; "reason" says in a sentence why, or why these agents.`,
    );
  }
  if (relay) lines.push(...describeHandoff(relay.requireNote));
  return lines.join("\n");
}

function describeHandoff(requireNote: boolean): string[] {
  return [
    `"handoff" is {"from", "to", "message", "note"}: the agent that hands on (it has finished), the agent of this wave that`,
    `receives, what is handed on in a sentence or two, and a note {${NOTE_PARTS.map((part) => `"${part}"`).join(", ")}}, each`,
    `a list of short sentences${requireNote ? "; a wave without a note is sent back" : ", or null"}. With no agents, "handoff" is null.`,
  ];
}
