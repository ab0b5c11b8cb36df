/** The longest head of a text that fits, never half a character. */
export function cutToBytes(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return text;
  return new TextDecoder().decode(bytes.subarray(0, Math.max(0, limitBytes)), { stream: true });
}

/** A text or its head, and then where the whole of it is. */
export function excerpt(text: string, limitBytes: number, whole: string): string {
  const head = cutToBytes(text, limitBytes);
  return head === text ? text : `${head}\n\n[cut here; the whole is in ${whole}]`;
}

/** Where agents find what another one did, from the project folder on. */
export const logOf = (agent: string): string => `logs/${agent}.log`;

/** Blocks of a prompt, those that say nothing left out. */
export const joinParts = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");

/** `- a` and so on, a line each. */
export const listLines = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
