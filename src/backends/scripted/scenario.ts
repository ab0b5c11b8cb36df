import { z } from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { locateJsonFault } from "./json_fault.ts";

/** How often something goes wrong before it goes well: a number, or always. */
const times = z.union([z.int().min(1), z.literal("always")]).default(1);

const usage = z.strictObject({
  input: z.int().min(0),
  cachedInput: z.int().min(0).default(0),
  output: z.int().min(0),
  reasoning: z.int().min(0).default(0),
});

const fault = z.strictObject({
  status: z.int().min(400).max(599),
  /** The API's error code: `rate_limit_exceeded`, `insufficient_quota`, `usage_limit_reached` ... */
  code: z.string().optional(),
  /** The API's error type; by default the one that goes with the status. */
  type: z.string().optional(),
  message: z.string().optional(),
  retryAfterS: z.int().min(0).optional(),
  /** Report it inside a stream that began well. */
  inStream: z.boolean().optional(),
  times,
});

const cut = z.strictObject({
  afterEvents: z.int().min(0).optional(),
  afterBytes: z.int().min(0).optional(),
  times,
});

const hang = z.strictObject({ afterEvents: z.int().min(0).default(0), times });

/** What may stand beside any action. */
const beside = {
  delayMs: z.int().min(0).max(3_600_000).optional(),
  usage: usage.optional(),
  reasoning: z.string().optional(),
};

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);
const files = z.record(z.string().regex(/^[^\n]+$/), oneOrMore);

const ACTIONS = ["say", "answer", "run", "edit", "patch", "fault", "cut", "hang"] as const;

const step = z
  .strictObject({
    /** A message of the agent's; the last one of a turn is its answer. */
    say: oneOrMore.optional(),
    /** The answer as JSON, for turns that ask for structured output. */
    answer: z.json().optional(),
    /** A shell command, or several that run one after the other. */
    run: oneOrMore.optional(),
    /** New files: path and content (a list of strings is joined by newlines), written with apply_patch. */
    edit: files.optional(),
    /** A patch in the form of apply_patch. */
    patch: oneOrMore.optional(),
    /** The request after this point fails, `times` times. */
    fault: fault.optional(),
    /** The answer after this point breaks off, `times` times. */
    cut: cut.optional(),
    /** The answer after this point never comes to its end, `times` times. */
    hang: hang.optional(),
    ...beside,
  })
  .refine(
    (value) => ACTIONS.filter((action) => value[action] !== undefined).length === 1,
    `a step has exactly one of: ${ACTIONS.join(", ")}`,
  );

const steps = z.array(step);

const phases = z.partialRecord(
  z.enum(["plan", "follow-up", "repair", "work", "*"]),
  /** Steps for every attempt, or by attempt: `"1"`, `"2"` ..., `"*"` for the rest. */
  z.union([steps, z.record(z.string().regex(/^([1-9][0-9]*|\*)$/), steps)]),
);

/** A scenario file: what each agent says and does, by agent id, phase and attempt; `*` stands for the rest. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  description: z.string().optional(),
  /** A built-in scenario: what it has for agents that this one does not name counts as well. */
  extends: z.string().optional(),
  agents: z.record(z.string(), phases),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type Step = z.infer<typeof step>;

/** Reads a scenario's text; a fault is one line with the file and the place in it. */
export function parseScenario(file: string, text: string): Result<Scenario, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { line, column } = locateJsonFault(text);
    const detail = error instanceof Error ? error.message.replace(/^JSON Parse error: /, "") : String(error);
    return err(`${file}:${line}:${column}: not JSON: ${detail}`);
  }
  return checkScenario(file, value);
}

/** Checks a scenario's JSON value; `name` begins the line that says what is wrong. */
export function checkScenario(name: string, value: unknown): Result<Scenario, string> {
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = deepestIssue(parsed.error.issues[0], []);
  return err(`${name}: ${issue.path}: ${issue.message}`);
}

type Issue = z.core.$ZodIssue;

/** Of a union that fits nowhere, the branch that came furthest says what is wrong. */
function deepestIssue(issue: Issue | undefined, prefix: readonly PropertyKey[]): { path: string; message: string } {
  if (!issue) return { path: "$", message: "not a scenario" };
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const branches = issue.errors.flatMap((branch) => (branch[0] ? [branch[0]] : []));
    const deepest = branches.toSorted((a, b) => b.path.length - a.path.length)[0];
    if (deepest && deepest.path.length > 0) return deepestIssue(deepest, path);
  }
  return { path: showPath(path), message: issue.message };
}

const showPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    return /^[A-Za-z_$][\w$]*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, "$");
