import picocolors from "picocolors";

/** How a piece of text is marked. In plain text every one of them gives the text back unchanged. */
export interface Style {
  readonly color: boolean;
  bold(text: string): string;
  dim(text: string): string;
  italic(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
}

/** Marks text with terminal colours, or not at all. */
export function createStyle(color: boolean): Style {
  const { bold, dim, italic, red, green, yellow, blue, cyan, magenta } = picocolors.createColors(color);
  return { color, bold, dim, italic, red, green, yellow, blue, cyan, magenta };
}

/** For files and pipes. */
export const PLAIN: Style = createStyle(false);

/** NO_COLOR wins, then FORCE_COLOR (0 and false mean off), then whether somebody looks at a terminal. */
export function decideColor(env: Readonly<Record<string, string | undefined>>, isTty: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isTty && env.TERM !== "dumb";
}

const AGENT_COLORS = ["cyan", "magenta", "blue", "green", "yellow"] as const;

/** One agent keeps one colour everywhere; neighbours in `order` differ. */
export function colorAgent(style: Style, agent: string, order: number): string {
  return style[AGENT_COLORS[order % AGENT_COLORS.length] ?? "cyan"](agent);
}
