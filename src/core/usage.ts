/** Tokens of one turn or of a sum of turns. `cachedInput` is a part of `input`, `reasoning` a part of `output`. */
export interface Usage {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
}

export const NO_USAGE: Usage = { input: 0, cachedInput: 0, output: 0, reasoning: 0 };

/** Sum of two usages. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cachedInput: a.cachedInput + b.cachedInput,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}

/** `total` minus `before`, never below zero: a thread's running total becomes one turn's usage. */
export function subtractUsage(total: Usage, before: Usage): Usage {
  return {
    input: Math.max(0, total.input - before.input),
    cachedInput: Math.max(0, total.cachedInput - before.cachedInput),
    output: Math.max(0, total.output - before.output),
    reasoning: Math.max(0, total.reasoning - before.reasoning),
  };
}
