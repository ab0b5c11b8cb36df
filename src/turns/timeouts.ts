import type { BackendEvent } from "../backends/backend.ts";
import type { TurnFailure } from "../core/failure.ts";

export interface TurnTimeouts {
  readonly turnTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/**
 * Watches one turn: calls `expire` once, when the turn has lasted too long or nothing has happened for too long. The
 * idle time stands still while an item is open, for a backend says nothing while a long command runs.
 */
export function watchTurn(
  { turnTimeoutMs, idleTimeoutMs }: TurnTimeouts,
  expire: (failure: TurnFailure) => void,
): { notice(event: BackendEvent): void; stop(): void } {
  const open = new Set<string>();
  const whole = setTimeout(
    () => expire(describe("turn-timeout", "the turn lasted longer than", turnTimeoutMs)),
    turnTimeoutMs,
  );
  const startIdle = () =>
    setTimeout(() => expire(describe("idle-timeout", "nothing happened for", idleTimeoutMs)), idleTimeoutMs);
  let idle = startIdle();
  return {
    notice(event) {
      if (event.type === "item" && event.state === "completed") open.delete(event.item.id);
      else if (event.type === "item") open.add(event.item.id);
      clearTimeout(idle);
      if (open.size === 0) idle = startIdle();
    },
    stop() {
      clearTimeout(whole);
      clearTimeout(idle);
    },
  };
}

function describe(kind: "turn-timeout" | "idle-timeout", what: string, limitMs: number): TurnFailure {
  return { kind, message: `${what} ${limitMs / 1000} s (--${kind})` };
}
