import { fail, ok, type Result } from "./result.ts";

/** `k=v,k2=v2`, which is all that Zellij reads: there is no escaping, so `,` and `=` cannot be part of it. */
export function spellConfiguration(configuration: Readonly<Record<string, string>>): Result<string> {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(configuration)) {
    if (key === "" || /[=,]/.test(key) || value.includes(","))
      return fail("bad-input", `a plugin's configuration cannot hold ${JSON.stringify(`${key}=${value}`)}`);
    pairs.push(`${key}=${value}`);
  }
  return ok(pairs.join(","));
}
