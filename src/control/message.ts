/** What can be asked of a running orchestrator, one JSON line each, answered by one JSON line. */
export type ControlRequest =
  /** As Ctrl+S does: agents that have begun finish, none begins. */
  | { readonly kind: "interrupt"; readonly by: "ctrl-s" | "command" }
  /** As Ctrl+Q does: running turns are ended at once, journaled, resumable. */
  | { readonly kind: "stop"; readonly by: "quit" | "command" };

export type ControlReply = { readonly ok: true } | { readonly ok: false; readonly message: string };

export function parseRequest(line: string): ControlRequest | null {
  try {
    const { kind, by } = JSON.parse(line) as Record<string, unknown>;
    if (kind === "interrupt" && (by === "ctrl-s" || by === "command")) return { kind, by };
    if (kind === "stop" && (by === "quit" || by === "command")) return { kind, by };
    return null;
  } catch {
    return null;
  }
}
