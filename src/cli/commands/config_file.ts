import { writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { compileLark } from "../../config/lark/read_config.ts";
import { defaultLarkPath, readConfig } from "../../config/load.ts";
import { squadConfigSchema } from "../../config/schema.ts";
import { EXIT } from "../../core/exit_codes.ts";
import { defineCommand, JSON_OPTION } from "../command.ts";

const FILE_ARGUMENT = { name: "file", help: "The configuration; configs/agents.lark of the project when left out" };

/** `config compile`: Starlark in, the JSON that `--agents-config` takes out, with a schema for editors beside it. */
export const compile = defineCommand({
  arguments: [FILE_ARGUMENT],
  options: {
    out: { kind: "path", flag: "out", placeholder: "file", default: null, help: "Where to; - is standard output" },
  },
  notes: "Writes agents.out.json and agents.schema.json beside the file.",
  async run({ words: [file], options, projectRoot, currentFolder, output }) {
    const path = file === undefined ? defaultLarkPath(projectRoot) : resolve(currentFolder, file);
    const checked = await readConfig(path, { trusted: true });
    if (!checked.ok) return output.fail(checked.error);
    const compiled = compileLark(path);
    if (!compiled.ok) return output.fail(compiled.error);
    for (const warning of checked.value.warnings) await output.warn(warning);
    const text = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
    if (options.out === "-") {
      await output.print(text(compiled.value.config));
      return EXIT.done;
    }
    const target = typeof options.out === "string" ? options.out : join(dirname(path), "agents.out.json");
    const schema = join(dirname(target), "agents.schema.json");
    try {
      writeFileSync(target, text({ $schema: "./agents.schema.json", ...compiled.value.config }));
      writeFileSync(schema, text(describeSchema()));
    } catch (error) {
      const { code = "EIO" } = error as NodeJS.ErrnoException;
      return output.fail({ kind: "folder-unusable", path: dirname(target), code });
    }
    await output.print(target);
    return EXIT.done;
  },
});

/** `config check`: all problems at once. */
export const check = defineCommand({
  arguments: [FILE_ARGUMENT],
  options: { json: JSON_OPTION },
  notes: "Exit 0: it can be used. Exit 2: it cannot; every problem is named with its place.",
  async run({ words: [file], options, projectRoot, currentFolder, output }) {
    const path = file === undefined ? defaultLarkPath(projectRoot) : resolve(currentFolder, file);
    const checked = await readConfig(path, { trusted: true });
    if (options.json) {
      const found = checked.ok ? { ok: true, ...checked.value } : { ok: false, problems: checked.error };
      await output.printJson({ file: path, ...found });
      return checked.ok ? EXIT.done : EXIT.badInput;
    }
    if (!checked.ok) return output.fail(checked.error);
    const { squad, warnings } = checked.value;
    for (const warning of warnings) await output.warn(warning);
    const groups = squad.map(({ id, agents }) => `${id}: ${agents.map((agent) => agent.id).join(", ")}`);
    await output.print([`${path} is right`, ...groups.map((group) => `  ${group}`)].join("\n"));
    return EXIT.done;
  },
});

/** The schema of the compiled configuration. What a JSON Schema cannot say, `config check` does. */
export function describeSchema(): object {
  return z.toJSONSchema(squadConfigSchema, { unrepresentable: "any" });
}
