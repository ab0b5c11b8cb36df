/**
 * One thing that an agent did within a turn, as every backend reports it.
 * `id` is unique within a turn. Text over 64 KiB is cut in the middle when journaled.
 */
export type TurnItem =
  | { readonly kind: "message"; readonly id: string; readonly text: string }
  | { readonly kind: "reasoning"; readonly id: string; readonly text: string }
  | {
      readonly kind: "command";
      readonly id: string;
      readonly command: string;
      readonly output: string;
      /** null while it runs, or when it never ended. */
      readonly exitCode: number | null;
      readonly status: "running" | "ok" | "failed";
    }
  | {
      readonly kind: "files";
      readonly id: string;
      readonly changes: readonly { readonly path: string; readonly change: "add" | "update" | "delete" }[];
      readonly status: "running" | "ok" | "failed";
    }
  | {
      readonly kind: "tool";
      readonly id: string;
      readonly server: string;
      readonly tool: string;
      readonly input: unknown;
      readonly output: unknown;
      readonly status: "running" | "ok" | "failed";
    }
  | { readonly kind: "search"; readonly id: string; readonly query: string }
  | {
      readonly kind: "todo";
      readonly id: string;
      readonly entries: readonly { readonly text: string; readonly done: boolean }[];
    }
  | { readonly kind: "warning"; readonly id: string; readonly message: string };
