import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { isGuessable } from "./guessable.ts";

/** A value that is secret wherever it stands. `name` is its variable's. */
export interface KnownSecret {
  readonly name: string;
  readonly value: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const SECRET_NAME =
  /KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|(^|_)(PASS|PWD|PAT|AUTH|COOKIE|DSN|SALT|SIGNATURE)(_|$)/i;
/** What says where a secret lies, or something about it. */
const ABOUT_A_SECRET =
  /_(FILE|PATH|DIR|FOLDER|URL|URI|HOST|ENDPOINT|SOCK|NAME|TYPE|ALGORITHM|ALGO|LENGTH|SIZE|TTL|LIMIT|COUNT|VERSION)$/i;
/** Always credentials, even where the value is a single long word. */
const ALWAYS_SECRET =
  /^((AZURE_)?OPENAI_API_KEY|CODEX_API_KEY|CODEX_ACCESS_TOKEN|ANTHROPIC_API_KEY|GITHUB_TOKEN|GH_TOKEN|NPM_TOKEN|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN)$/;
const SHORTEST_ALWAYS = 10;

const URL_WITH_PASSWORD = /^[a-z][\w+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@/i;
/** Lines of a key, fields of a service account: what is longer than a word and stands alone. */
const SHORTEST_PART = 20;
const MOST_PARTS = 200;

/** The secrets that an environment holds: values of variables that are called like one and are no ordinary words. */
export function findEnvironmentSecrets(env: Env): KnownSecret[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : findSecrets(name, value).map((secret) => ({ name, value: secret })),
  );
}

function findSecrets(name: string, value: string): string[] {
  const password = URL_WITH_PASSWORD.exec(value)?.[1];
  if (password !== undefined) return isGuessable(password) ? [] : withDecoded(password);
  if (ALWAYS_SECRET.test(name)) return value.length >= SHORTEST_ALWAYS ? [value] : [];
  if (!SECRET_NAME.test(name) || ABOUT_A_SECRET.test(name)) return [];
  if (isGuessable(value) || isExistingPath(value)) return [];
  return [value, ...findParts(value)];
}

/** In a URL a password's own `@` and `/` are written `%40` and `%2F`. */
function withDecoded(password: string): string[] {
  try {
    const decoded = decodeURIComponent(password);
    return decoded === password ? [password] : [password, decoded];
  } catch {
    return [password];
  }
}

const isExistingPath = (value: string): boolean => isAbsolute(value) && existsSync(value);

/** Of a value of many lines each by itself: a command may show only some of them. */
function findParts(value: string): string[] {
  const lines = value.split(/\r?\n|\\n|["']/);
  if (lines.length === 1) return [];
  return lines
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_PART && !/\s|^-----/.test(line) && !isGuessable(line))
    .filter((line) => !/^https?:/.test(line))
    .slice(0, MOST_PARTS);
}
