export interface Import {
  /** Paths relative to the project, with `/`; a package's name for what is not ours. */
  readonly from: string;
  readonly to: string;
  readonly lazy: boolean;
}

/** A module imports from its own folder and from those before it. The entries in src/ itself stand above all. */
export const LAYERS: readonly string[] = [
  "core",
  "redact",
  "plan",
  "config",
  "blueprint",
  "events",
  "process",
  "backends",
  "scheduler",
  "turns",
  "squad",
  "control",
  "store",
  "views",
  "audit",
  "orchestrate",
  "launch",
  "cli",
];

/** Packages that only one folder may know. */
const PACKAGE_OWNERS: Readonly<Record<string, string>> = {
  "agentfs-sdk": "src/store/",
  "@tursodatabase/database": "src/store/",
  "@openai/codex-sdk": "src/backends/codex",
  "@secretlint/secretlint-rule-preset-recommend": "src/redact/",
};

const NEVER_FOR_VIEWS = ["src/scheduler/", "src/turns/", "src/backends/"];
/** What the rest may know of the backends. A concrete one is known to the registry, and to main.ts by its entry. */
const PUBLIC_BACKEND_FILES: ReadonlySet<string> = new Set(["src/backends/backend.ts", "src/backends/registry.ts"]);

/** What is wrong with one import, as a line; null when nothing is. */
export function findImportFault({ from, to }: Import): string | null {
  const say = (reason: string) => `${from} imports ${to}: ${reason}`;
  const owner = PACKAGE_OWNERS[to];
  if (owner !== undefined && !from.startsWith(owner)) return say(`only ${owner} may`);
  if (!from.startsWith("src/")) {
    const home = from.slice(0, from.indexOf("/") + 1);
    return isOurs(to) && !to.startsWith(home) ? say(`${home} stands alone`) : null;
  }
  if (from.startsWith("src/views/")) {
    if (to === "zod") return say("views must start fast and not load zod");
    if (NEVER_FOR_VIEWS.some((folder) => to.startsWith(folder))) return say("views are folds over events");
  }
  if (/^(zellij|lark-parser)\//.test(to)) return say("use the package by its name");
  if (!to.startsWith("src/")) return null;
  if (to.startsWith("src/backends/") && !PUBLIC_BACKEND_FILES.has(to)) {
    const allowed = from.startsWith("src/backends/") || layerOf(from) === "";
    if (!allowed) return say("only the registry knows a concrete backend");
  }
  return findDirectionFault(from, to, say);
}

function findDirectionFault(from: string, to: string, say: (reason: string) => string): string | null {
  const [above, below] = [layerOf(from), layerOf(to)];
  if (above === "") return null;
  if (below === "") return say("nothing imports an entry");
  const [rank, needed] = [LAYERS.indexOf(above), LAYERS.indexOf(below)];
  if (rank === -1) return `src/${above}/ has no place in the order of folders`;
  if (needed === -1) return `src/${below}/ has no place in the order of folders`;
  return needed > rank ? say(`${above} comes before ${below}`) : null;
}

/** The folder below src/ that a file belongs to; nothing for the entries. */
function layerOf(file: string): string {
  const parts = file.split("/");
  return parts.length > 2 ? (parts[1] ?? "") : "";
}

/** Not a package: a path within this project, `..` included. */
const isOurs = (to: string): boolean =>
  to.startsWith("..") || to.startsWith("src/") || /^(zellij|lark-parser)\//.test(to);
