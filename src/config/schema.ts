import { z } from "zod";
import { AGENT_ID_RULE, isAgentId, RESERVED_AGENT_IDS } from "../core/ids.ts";

/**
 * The compiled configuration, `configs/agents.out.json`: what `agents.lark` compiles to, and what `--agents-config`
 * reads. Unknown keys are refused, so that a misspelt one is not silently without effect.
 */
const id = z
  .string()
  .refine(isAgentId, { error: `must be an id: ${AGENT_ID_RULE}` })
  .refine((value) => !RESERVED_AGENT_IDS.has(value), { error: "is a name that logs of the tool itself have" });

const text = z.string().refine((value) => value.trim() !== "", { error: "must not be empty" });

const agent = z.strictObject({
  id,
  role: text.optional(),
  /** Left out, it is the built-in agent's of that id, or a general one made of the role. */
  prompt: text.optional(),
  followUpPrompt: text.optional(),
  followUpEnabled: z.boolean().optional(),
  followUpSchema: z.record(z.string(), z.unknown()).optional(),
  followUpSchemaRules: z.array(text).optional(),
  dependsOn: z.array(z.string()).optional(),
  blueprint: z.boolean().optional(),
  sandbox: z.enum(["read-only", "workspace-write", "danger-full-access"]).optional(),
  model: text.optional(),
  reasoningEffort: text.optional(),
  /** Longest time of one turn. */
  timeoutMs: z.int().min(1).max(2_147_483_647).optional(),
});

const relay = z.strictObject({
  enabled: z.boolean().optional(),
  requireHandoffNote: z.boolean().optional(),
  graph: z.record(z.string(), z.array(z.string())).optional(),
});

const group = z.strictObject({
  id: z.string().refine(isAgentId, { error: `must be an id: ${AGENT_ID_RULE}` }),
  agents: z.array(agent).min(1, { error: "must name one agent at least" }),
  autonomous: z.boolean().optional(),
  parallel: z.boolean().optional(),
  maxWaves: z.int().min(1).optional(),
  relay: relay.optional(),
});

export const squadConfigSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  groups: z.array(group).min(1, { error: "must name one group at least" }),
});

export type SquadConfig = z.infer<typeof squadConfigSchema>;
export type GroupConfig = SquadConfig["groups"][number];
export type AgentConfig = GroupConfig["agents"][number];
