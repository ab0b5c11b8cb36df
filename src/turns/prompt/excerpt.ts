/** The longest head of a text that fits, never half a character. */
export function cutToBytes(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return text;
  return new TextDecoder().decode(bytes.subarray(0, Math.max(0, limitBytes)), { stream: true });
}

/** An agent's answer or its head, and then where the whole of it is. */
export function excerptAnswer(answer: string, limitBytes: number, agent: string): string {
  const head = cutToBytes(answer, limitBytes);
  return head === answer ? answer : `${head}\n\n[cut here; the whole answer is in ${logOf(agent)}]`;
}

/** Where agents find what another one did, from the project folder on. */
export const logOf = (agent: string): string => `logs/${agent}.log`;

/** Blocks of a prompt, those that say nothing left out. */
export const joinParts = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");

/** `- a` and so on, a line each. */
export const listLines = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
