/** What the builder emits: the specialists of one wave. Validated by `schema.ts` and `graph.ts` before it is used. */
export interface Blueprint {
  readonly agents: readonly BlueprintAgent[];
}

export interface BlueprintAgent {
  readonly id: string;
  readonly role: string;
  readonly prompt: string;
  readonly dependsOn: readonly string[];
}
