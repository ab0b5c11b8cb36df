import { findEnvironmentSecrets } from "./environment_secrets.ts";
import { loadProviderShapes } from "./provider_shapes.ts";
import { Redactor } from "./redactor.ts";
import { SHAPES } from "./shapes.ts";

/** A redactor that knows the secrets of this environment, and every shape. */
export async function openRedactor(env: Readonly<Record<string, string | undefined>>): Promise<Redactor> {
  // The more special ones last: where two find the same, the later one names it.
  return new Redactor({ known: findEnvironmentSecrets(env), shapes: [...SHAPES, ...(await loadProviderShapes())] });
}
