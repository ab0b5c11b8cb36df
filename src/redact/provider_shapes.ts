import { beginsToken, endOfToken, type Shape, type Span } from "./shape.ts";

/** A rule of secretlint, as far as it is used here. */
interface Rule {
  readonly meta: { readonly id: string };
  create(context: object, options: object): { file(source: object): unknown };
}

const PREFIX = "@secretlint/secretlint-rule-";

/**
 * Rules that look at files, at comments or at what `shapes.ts` has in a wider form: here a secret is cut off, escaped or
 * on one line with other things more often than in a source file.
 */
export const UNUSED_RULES: ReadonlySet<string> = new Set([
  "aws",
  "basicauth",
  "database-connection-string",
  "filter-comments",
  "gcp",
  "privatekey",
]);

/** How each rule's tokens begin: the rule is asked only where one of these stands. A test knows a token for each. */
export const PROVIDER_WORDS: Readonly<Record<string, readonly string[]>> = {
  "1password": ["ops_ey"],
  anthropic: ["sk-ant-"],
  cloudflare: ["cfk_", "cfut_", "cfat_"],
  databricks: ["dapi"],
  docker: ["dckr_pat_"],
  figma: ["figd_"],
  github: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
  gitlab: ["glpat-"],
  grafana: ["glc_", "glsa_"],
  groq: ["gsk_"],
  "hashicorp-vault": ["hvs.", "hvb.", "hvr."],
  huggingface: ["hf_"],
  linear: ["lin_api_"],
  notion: ["ntn_"],
  npm: ["npm_"],
  openai: ["sk-"],
  sendgrid: ["SG."],
  shopify: ["shppa_", "shpca_", "shpat_", "shpss_"],
  slack: ["xoxb-", "xoxp-", "xapp-", "xoxa-", "xoxo-", "xoxr-", "hooks.slack.com/"],
  stripe: ["sk_live_", "sk_test_", "rk_live_", "rk_test_"],
  tailscale: ["tskey-"],
  vercel: ["vcp_", "vci_", "vca_", "vcr_", "vck_"],
};

/** What a rule is shown before a token: a webhook's address begins so, and every other token may stand there. */
const BEFORE = "https://";

/** No token is longer, but for one whose length is that of an account; so much of a token its rule is shown. */
const LONGEST_TOKEN = 512;
const LONGEST_ACCOUNT = 2048;

/** The rules of secretlint's recommended preset. Loaded when wanted: they take some milliseconds. */
export async function loadProviderShapes(): Promise<Shape[]> {
  const { rules } = (await import("@secretlint/secretlint-rule-preset-recommend")) as { rules: readonly Rule[] };
  return rules.flatMap((rule) => {
    const kind = rule.meta.id.slice(PREFIX.length);
    const words = PROVIDER_WORDS[kind];
    return UNUSED_RULES.has(kind) || !words ? [] : [shapeOf(rule, kind, words)];
  });
}

function shapeOf(rule: Rule, kind: string, words: readonly string[]): Shape {
  let reported: Span[] = [];
  const context = {
    createTranslator: () => () => ({}),
    report: ({ range: [start, end] }: { range: readonly [number, number] }) => void reported.push({ start, end }),
  };
  const { file } = rule.create(context, {});
  const longest = kind === "1password" ? LONGEST_ACCOUNT : LONGEST_TOKEN;
  return {
    kind,
    words,
    find({ text, start, tail }) {
      if (!beginsToken(text, start)) return null;
      if (start >= tail) return { start, end: text.length };
      reported = [];
      // Alone, whatever stands around it: an escaped line end or a letter would hide it from the rule.
      const content = `${BEFORE}${takeToken(text, start, longest)} `;
      file({ content, filePath: "text", ext: "", contentType: "text" });
      return reported.some((span) => span.start <= BEFORE.length) ? { start, end: endOfToken(text, start) } : null;
    },
  };
}

function takeToken(text: string, start: number, longest: number): string {
  const shown = text.slice(start, start + longest);
  return shown.slice(0, endOfToken(shown, 0));
}
