import { seededRandom } from "../rig/simulator/dice.ts";

const ALPHABETS = {
  alnum: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  letters: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  digits: "0123456789",
  hex: "0123456789abcdef",
} as const;

let seed = 1;

/** So many characters that mean nothing; others at each call, the same in every run. */
export function scramble(length: number, alphabet: keyof typeof ALPHABETS = "alnum"): string {
  const random = seededRandom(seed++);
  const letters = ALPHABETS[alphabet];
  const text = Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join("");
  // A token has a digit somewhere; chance alone would leave it out now and then.
  return alphabet === "alnum" && length > 4 ? `${text.slice(0, length - 2)}7q` : text;
}

/** A private key's text, as its file has it: made of nothing, so that no scanner of this repository finds one. */
export function privateKey(name = "RSA ", lines = 12): string {
  const edge = (word: string) => `${"-".repeat(5)}${word} ${name}PRIVATE KEY${"-".repeat(5)}`;
  const body = Array.from({ length: lines }, (_, at) => (at === lines - 1 ? scramble(30) : scramble(64)));
  return [edge("BEGIN"), `MII${body[0]?.slice(3)}`, ...body.slice(1), edge("END")].join("\n");
}

/** Theirs is JSON in base64, of a length that leaves one byte over. */
function onePasswordToken(): string {
  const json = (more: string) => JSON.stringify({ email: "a@b.c", secretKey: scramble(90), more });
  const wanted = ["", "a", "ab"].map(json).find((text) => text.length % 3 === 1) ?? "";
  return `ops_${Buffer.from(wanted).toString("base64")}`;
}

/** One token for each kind of the providers' rules. */
export const PROVIDER_TOKENS: Readonly<Record<string, readonly string[]>> = {
  anthropic: [`sk-${"ant"}-api03-${scramble(93)}AA`],
  cloudflare: ["cfk", "cfut", "cfat"].map((name) => `${name}_${scramble(40)}${scramble(8, "hex")}`),
  databricks: [`dapi${scramble(32, "hex")}`],
  docker: [`dckr_pat_${scramble(27)}`],
  figma: [`figd_${scramble(40)}`],
  github: [
    ...["ghp", "gho", "ghu", "ghs", "ghr"].map((name) => `${name}_${scramble(36)}`),
    `github_pat_${scramble(22)}_${scramble(59)}`,
  ],
  gitlab: [`glpat-${scramble(20)}`],
  grafana: [`glc_${scramble(40)}`, `glsa_${scramble(32)}_${scramble(8, "hex")}`],
  groq: [`gsk_${scramble(52)}`],
  "hashicorp-vault": [`hvs.${scramble(95)}`, `hvb.${scramble(140)}`, `hvr.${scramble(95)}`],
  huggingface: [`hf_${scramble(34, "letters")}`],
  linear: [`lin_api_${scramble(40)}`],
  notion: [`ntn_${scramble(11, "digits")}${scramble(35)}`],
  npm: [`npm_${scramble(36)}`],
  openai: [`sk-${"proj"}-${scramble(74)}T3BlbkFJ${scramble(74)}`, `sk-${scramble(20)}T3BlbkFJ${scramble(20)}`],
  sendgrid: [`SG.${scramble(22)}.${scramble(43)}`],
  shopify: ["shppa", "shpca", "shpat", "shpss"].map((name) => `${name}_${scramble(32)}`),
  slack: [
    ...["xoxb", "xoxp", "xapp", "xoxa", "xoxo", "xoxr"].map(
      (name) => `${name}-${scramble(12, "digits")}-${scramble(24)}`,
    ),
    `hooks.${"slack"}.com/services/T${scramble(8)}/B${scramble(8)}/${scramble(24)}`,
  ],
  stripe: ["sk_live", "sk_test", "rk_live", "rk_test"].map((name) => `${name}_${scramble(24)}`),
  tailscale: [`tskey-auth-${scramble(12)}-${scramble(30)}`],
  vercel: ["vcp", "vci", "vca", "vcr", "vck"].map((name) => `${name}_${scramble(24)}`),
  "1password": [onePasswordToken()],
};

/** The same for our own shapes, where the secret stands by itself. */
export const OTHER_TOKENS: Readonly<Record<string, readonly string[]>> = {
  "api-key": [`sk-${scramble(40)}`, `sk-or-v1-${scramble(64, "hex")}`],
  "aws-key-id": ["AKIA", "ASIA", "ABIA", "ACCA"].map((name) => `${name}${scramble(16, "upper")}`),
  google: [`AIza${scramble(35)}`, `GOCSPX-${scramble(28)}`, `ya29.${scramble(60)}`],
  jwt: [`eyJ${scramble(33)}.eyJ${scramble(60)}.${scramble(43)}`, `eyJ${scramble(33)}.eyJ${scramble(60)}`],
};
