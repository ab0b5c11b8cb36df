import { expect, test } from "bun:test";
import { answering, openSquad } from "../rig/squad.ts";

test("a folder that is no git repository works, with one line that says what is lost", async () => {
  await using rig = openSquad({ respond: answering({ a: [] }), git: false });
  const ended = await rig.run().ended;
  expect(ended).toMatchObject({ code: 0, err: "" });
  const notices = rig.eventsOf("run.notice").map(({ message }) => message);
  expect(notices).toEqual(["this folder is no git repository: what agents change cannot be compared or undone"]);
  expect(ended.out).toContain("no git repository");
});
