/** What one run of `bun test` says about its tests. */
export interface TestCounts {
  readonly passed: number;
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  readonly skipped: readonly string[];
}

const CASE = /<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** Reads the JUnit file that `bun test --reporter=junit` writes. */
export function readJunit(xml: string): TestCounts {
  let passed = 0;
  const failures: { name: string; message: string }[] = [];
  const skipped: string[] = [];
  for (const [, attributes = "", body = ""] of xml.matchAll(CASE)) {
    const group = attributeOf(attributes, "classname");
    const own = attributeOf(attributes, "name");
    const name = group === "" ? own : `${group} > ${own}`;
    const failure = /<(?:failure|error)\b([^>]*)>/.exec(body);
    if (failure) failures.push({ name, message: attributeOf(failure[1] ?? "", "message").trim() });
    else if (body.includes("<skipped")) skipped.push(name);
    else passed += 1;
  }
  return { passed, failures, skipped };
}

function attributeOf(attributes: string, name: string): string {
  return unescapeXml(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const unescapeXml = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
