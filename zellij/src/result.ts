/** An expected failure is a value; a thrown error is a bug of ours or of the caller's types. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ZellijProblem };

export interface ZellijProblem {
  readonly kind: /** The executable is not there or cannot be started. */
    | "not-installed"
    /** An argument that Zellij would misread or refuse; nothing was started. */
    | "bad-input"
    /** Zellij says that there is no such session. */
    | "no-session"
    /** No end within the time limit; the process was killed. */
    | "timed-out"
    /** Zellij ended with another exit code than 0. */
    | "failed"
    /** Zellij ended well but printed something we cannot read. */
    | "bad-output";
  readonly message: string;
  readonly exitCode?: number;
}

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (kind: ZellijProblem["kind"], message: string, exitCode?: number): Result<never> => ({
  ok: false,
  error: { kind, message, ...(exitCode === undefined ? {} : { exitCode }) },
});
