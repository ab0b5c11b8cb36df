// needs zellij
import { expect, test } from "bun:test";
import { convertJsonToKdl, type LayoutDocument, ZellijClient } from "../src/index.ts";

const zellij = new ZellijClient();
const NASTY = [
  'double "quotes"',
  "back\\slash \\n \\u0041",
  "emoji 🦊 and e\u0301",
  "escape \u001b[31m bell \u0007 nul-free \u0001\u007f",
  "line\nbreak\r\ttab \f\b",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text itself that is tested
  "$HOME ${NOT_SET_ANYWHERE} $$ `id` $(id)",
  "~/x",
  "-x --name",
  "{ } ; // /* */ #true",
  "\u2028\u202e\ufeff",
  "lone \ud800 surrogate",
  "true",
  " ",
];

const accept = async (layout: LayoutDocument) => {
  const kdl = convertJsonToKdl(layout);
  const checked = await zellij.layouts.validate(kdl);
  expect(checked, kdl).toEqual({ ok: true, value: undefined });
  return kdl;
};

test("zellij itself reads a layout full of nasty texts", async () => {
  await accept({
    comments: ["ours\n}"],
    options: { mouse_mode: true, default_mode: "normal" },
    env: { GREETING: 'say "hi"' },
    keybinds: [
      {
        scope: "shared_except",
        modes: ["locked"],
        binds: [
          {
            keys: ["Ctrl s"],
            actions: [
              ["SwitchToMode", "Normal"],
              ["GoToTab", 1],
              ["Write", 19],
            ],
          },
        ],
      },
    ],
    defaultTabTemplate: [
      { size: 1, borderless: true, plugin: { location: "tab-bar" } },
      { children: true },
      { size: 1, borderless: true, plugin: { location: "status-bar", configuration: { key: "a,b=c" } } },
    ],
    tabs: NASTY.map((name, at) => ({
      name,
      ...(at === 0 ? { focus: true } : {}),
      panes: [
        { name, command: name, args: NASTY, closeOnExit: true },
        { cwd: `/tmp/${name}`, command: "true", size: "50%", startSuspended: false },
      ],
    })),
  });
});

test("zellij refuses what is broken, so the validator can fail", async () => {
  const broken = await zellij.layouts.validate('layout { pane command="x" { args "a" } }');
  expect(broken).toMatchObject({ ok: false, error: { kind: "failed" } });
  expect((await zellij.layouts.validate('layout {\n pane command="$NOT_SET_ANYWHERE"\n}')).ok).toBe(false);
});

test("strings are written with KDL v1's escapes", () => {
  const kdl = convertJsonToKdl({ panes: [{ name: 'a"\\\u001b\n', command: "/x/$y", args: ["$z"] }] });
  expect(kdl).toBe('layout {\n    pane name="a\\"\\\\\\u{1b}\\n" command="/x/$$y" {\n        args "$z"\n    }\n}\n');
});

test("what zellij could only misread is a bug of the caller", () => {
  expect(() => convertJsonToKdl({ panes: [{ args: ["x"] }] })).toThrow("need a command");
  expect(() => convertJsonToKdl({ tabs: [{ focus: true }, { focus: true }] })).toThrow("focus");
  expect(() => convertJsonToKdl({ defaultTabTemplate: [], tabs: [] })).toThrow("exactly one place");
  expect(() => convertJsonToKdl({ panes: [{ edit: "x", command: "y" }] })).toThrow("one of");
});

test("texts from the whole of Unicode pass", async () => {
  const random = mulberry(7);
  const text = () =>
    String.fromCodePoint(...Array.from({ length: 12 }, () => 1 + Math.floor(random() ** 3 * 0x10fffe))).toWellFormed();
  const panes = Array.from({ length: 40 }, () => ({ name: text(), command: text(), args: [text()], cwd: text() }));
  await accept({ panes });
});

/** Small seeded generator: the same texts in every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
