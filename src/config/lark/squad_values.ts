import { type HostCall, HostFunction, HostValue, type Place, type Value } from "lark-parser";

export type PartKind = "agent" | "group" | "orchestration" | "relay";

/** What `agent()`, `group()`, `define_orchestration()` and `define_relay()` give: their arguments, and where they stand. */
export class SquadPart extends HostValue {
  constructor(
    readonly typeName: PartKind,
    readonly fields: ReadonlyMap<string, Value>,
    readonly place: (field?: string) => Place,
  ) {
    super();
  }

  toText(): string {
    const id = this.fields.get("id");
    return `<${this.typeName}${typeof id === "string" ? ` ${id}` : ""}>`;
  }

  override attribute(name: string): Value | undefined {
    return this.fields.get(name);
  }

  override attributeNames(): readonly string[] {
    return [...this.fields.keys()];
  }
}

/** Parameters and the names that they have in the compiled configuration. */
export const FIELDS = {
  agent: {
    id: "id",
    role: "role",
    plan_prompt: "prompt",
    follow_up_prompt: "followUpPrompt",
    follow_up_enabled: "followUpEnabled",
    follow_up_schema: "followUpSchema",
    follow_up_schema_rules: "followUpSchemaRules",
    depends_on: "dependsOn",
    blueprint: "blueprint",
    model: "model",
    reasoning_effort: "reasoningEffort",
    sandbox: "sandbox",
    timeout: "timeoutMs",
  },
  group: { id: "id", agents: "agents", orchestration: "orchestration" },
  orchestration: { autonomous: "autonomous", parallel: "parallel", max_waves: "maxWaves", relay: "relay" },
  relay: { enabled: "enabled", require_handoff_note: "requireHandoffNote", graph: "graph" },
} as const satisfies Record<PartKind, Record<string, string>>;

const FUNCTION_NAMES: Readonly<Record<PartKind, string>> = {
  agent: "agent",
  group: "group",
  orchestration: "define_orchestration",
  relay: "define_relay",
};

/** What is wrong with a call, to be told with everything else that is. */
export interface CallFault {
  readonly place: Place;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The functions that describe a squad, by name. Wrong arguments are reported; the call still gives a value. */
export function makeSquadFunctions(report: (fault: CallFault) => void): Record<string, Value> {
  const entries = (Object.keys(FIELDS) as PartKind[]).map((kind): [string, Value] => {
    const name = FUNCTION_NAMES[kind];
    const parameters = Object.keys(FIELDS[kind]).map((parameter) => ({
      name: parameter,
      isRequired: parameter === "id" || (kind === "group" && parameter === "agents"),
    }));
    const body = ({ values, faults, place }: HostCall): Value => {
      for (const { message, hint, argument } of faults) {
        const at = place(typeof argument === "string" ? argument : undefined);
        report({ place: at, message, hint });
      }
      // None is the same as an argument that was left out.
      return new SquadPart(kind, new Map([...values].filter(([, value]) => value !== null)), place);
    };
    return [name, new HostFunction({ name, parameters, takesFaults: true }, body)];
  });
  return Object.fromEntries(entries);
}
