/** One thing that doctor looked at. `fail` is needed for any run; `warn` is done without. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly message: string;
  /** What to do, unless all is well. */
  readonly fix?: string;
}

/** What the checks look at; the tests hand in machines that we do not have. */
export interface Surroundings {
  readonly projectRoot: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly platform: string;
  readonly arch: string;
  readonly isTty: boolean;
  readonly codexPath: string | null;
  readonly baseUrl: string | null;
  readonly backend: string;
}

export const good = (name: string, message: string): Check => ({ name, state: "ok", message });
export const warn = (name: string, message: string, fix: string): Check => ({ name, state: "warn", message, fix });
export const fail = (name: string, message: string, fix: string): Check => ({ name, state: "fail", message, fix });

/** Compares `1.2.3` with `1.2.0`, number by number. */
export function isAtLeast(version: string, floor: string): boolean {
  const [have, want] = [version, floor].map((text) => text.split(".").map(Number));
  for (let at = 0; at < 3; at++) {
    const difference = (have?.[at] ?? 0) - (want?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
