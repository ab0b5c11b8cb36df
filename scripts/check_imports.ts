/**
 * Checks that imports run downward through the folders of src/, without cycles; type imports and lazy ones count.
 * One line for each fault. Exit code 1: faults were found; 2: the check itself could not be done.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { describeGraphFault, findGraphFaults } from "../src/plan/graph.ts";
import { findImportFault, type Import } from "./import_rules.ts";

const FOLDERS = ["src", "zellij/src", "lark-parser/src"];

/** Every fault in the imports below `root`, one line each. Throws when a file cannot be read or parsed. */
export function checkImports(root: string): string[] {
  const files = FOLDERS.flatMap((folder) => listSources(root, folder));
  const imports = files.flatMap((file) => readImports(root, file));
  const faults = imports.flatMap((found) => findImportFault(found) ?? []);
  const nodes = files.map((file) => ({
    id: file,
    dependsOn: imports
      .filter((found) => found.from === file && files.includes(found.to) && !mayCloseCycle(found))
      .map((found) => found.to),
  }));
  const cycles = findGraphFaults(nodes).filter((fault) => fault.kind !== "unknown-dependency");
  return [...new Set([...faults, ...cycles.map(describeGraphFault)])];
}

/** The table of commands loads them by name, and a command may want the table (completion, help). */
const mayCloseCycle = ({ from, to, lazy }: Import): boolean =>
  lazy && from === "src/cli/command_table.ts" && to.startsWith("src/cli/commands/");

function listSources(root: string, folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort();
}

function readImports(root: string, file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const { module, errors, program } = parseSync(file, text);
  const [broken] = errors;
  if (broken) throw new Error(`${file}: ${broken.message}`);
  const requests: { specifier: string; lazy: boolean }[] = [
    ...module.staticImports.map((found) => ({ specifier: found.moduleRequest.value, lazy: false })),
    ...module.staticExports.flatMap((statement) =>
      statement.entries.flatMap(({ moduleRequest }) =>
        moduleRequest ? [{ specifier: moduleRequest.value, lazy: false }] : [],
      ),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) => {
      const specifier = /^["'`]([^"'`$]+)["'`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1];
      return specifier === undefined ? [] : [{ specifier, lazy: true }];
    }),
    ...findTypeImports(program),
  ];
  return requests.map(({ specifier, lazy }) => ({ from: file, to: resolveSpecifier(root, file, specifier), lazy }));
}

/** `import("./x.ts").Name` in the place of a type. */
function findTypeImports(node: unknown): { specifier: string; lazy: boolean }[] {
  if (typeof node !== "object" || node === null) return [];
  const { type, source } = node as { type?: unknown; source?: { value?: unknown } };
  const below = Object.values(node).flatMap(findTypeImports);
  return type === "TSImportType" && typeof source?.value === "string"
    ? [{ specifier: source.value, lazy: false }, ...below]
    : below;
}

function resolveSpecifier(root: string, file: string, specifier: string): string {
  if (specifier.startsWith(".")) {
    return relative(root, resolve(root, dirname(file), specifier)).replaceAll("\\", "/");
  }
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

if (import.meta.main) {
  try {
    const faults = checkImports(resolve(process.argv[2] ?? join(import.meta.dir, "..")));
    for (const fault of faults) console.log(fault);
    process.exitCode = faults.length > 0 ? 1 : 0;
  } catch (error) {
    console.error(`check_imports: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  }
}
