import { isAbsolute, relative } from "node:path";
import type { TurnRequest } from "../backend.ts";

type Access = "read" | "write";

/** Configuration for an agent that may write its workspace and temporary folders, but not the protected paths. */
export function writeProfile(request: TurnRequest, protectedPaths: readonly string[]): string[] {
  const inside: [string, Access][] = [];
  const outside: [string, Access][] = [];
  for (const path of protectedPaths) {
    const name = relative(request.workspace, path);
    const isInside = name !== "" && !isAbsolute(name) && name !== ".." && !name.startsWith("../");
    // Outside still matters: the folder may lie in a temporary one.
    if (isInside) inside.push([name, "read"]);
    else outside.push([path, "read"]);
  }
  return profile("squad-write", request.network, [
    [":root", "read"],
    [":tmpdir", "write"],
    [":slash_tmp", "write"],
    ...outside,
    [":workspace_roots", [[".", "write"], ...inside]],
  ]);
}

/** Configuration for an agent that may read everything and write nothing. */
export function readProfile(request: TurnRequest): string[] {
  return profile("squad-read", request.network, [[":root", "read"]]);
}

type Rule = readonly [string, Access | readonly (readonly [string, Access])[]];

function profile(name: string, network: boolean, rules: readonly Rule[]): string[] {
  return [
    `default_permissions="${name}"`,
    `permissions.${name}.filesystem=${writeTable(rules)}`,
    ...(network ? [`permissions.${name}.network={enabled=true}`] : []),
  ];
}

/** A TOML inline table; JSON's quoted strings are TOML's as well. */
function writeTable(rules: readonly Rule[]): string {
  const entries = rules.map(([key, value]) => {
    const text = typeof value === "string" ? JSON.stringify(value) : writeTable(value);
    return `${JSON.stringify(key)}=${text}`;
  });
  return `{${entries.join(", ")}}`;
}
