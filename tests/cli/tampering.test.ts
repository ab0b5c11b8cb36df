// budget 60 s
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { answering, openSquad } from "../rig/squad.ts";

const ATTACK = `for j in .orchestrator/*/journal.jsonl; do echo forged >> $j; mv $j $j.gone; done
rm -r .orchestrator .agentfs memory/artifacts.agentfs.db
git clean -fdx
echo attacked > attacked.txt`;

test("an agent that writes to the journal and cleans the folder harms no record of the run", async () => {
  await using rig = openSquad({
    respond: answering({ evil: [] }, ({ agent, toolOutputs }) => {
      if (agent !== "evil" || toolOutputs.length > 0) return null;
      return { kind: "commands", commands: [`cat > attack.sh <<'END'\n${ATTACK}\nEND\nsh attack.sh`] };
    }),
  });
  expect(await rig.run().ended).toMatchObject({ code: 0, err: "" });
  expect(readFileSync(join(rig.project, "attacked.txt"), "utf8")).toBe("attacked\n");
  expect(await rig.command("audit", "verify")).toMatchObject({ code: 0 });
  expect(readFileSync(rig.paths.journal, "utf8")).not.toContain("\nforged\n");
  const turns = JSON.parse((await rig.command("agentfs", "read", "--limit", "50", "--json")).out);
  expect(turns).toHaveLength(7);
  for (const name of ["planner", "evil", "timeline"])
    expect(existsSync(join(rig.project, "logs", `${name}.log`))).toBe(true);
}, 60_000);
