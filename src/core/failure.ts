/**
 * Why one turn did not give an answer. Stored in the journal, so the names are part of the file format.
 * `message` is one line for a person; `kind` is what code decides by.
 */
export interface TurnFailure {
  readonly kind: TurnFailureKind;
  readonly message: string;
}

export type TurnFailureKind =
  /** 429 that outlasted every retry. */
  | "rate-limited"
  /** The account's quota is used up: nothing more is asked in this run. */
  | "quota"
  /** 5xx that outlasted every retry. */
  | "server-error"
  /** 400 and other refusals of the request itself: never retried. */
  | "bad-request"
  /** 401 or 403: the key is missing, wrong or without rights. */
  | "unauthorized"
  /** Nobody answers at the model server's address: stops the run, can be resumed. */
  | "unreachable"
  /** The stream ended before the answer did, after every retry. */
  | "stream-cut"
  /** The backend's process died by itself. */
  | "backend-died"
  /** The backend ended the turn without an answer. */
  | "no-answer"
  /** The turn ran longer than --turn-timeout. */
  | "turn-timeout"
  /** Nothing happened for --idle-timeout. */
  | "idle-timeout"
  /** We stopped it: second Ctrl+C, Ctrl+Q or another turn's quota. */
  | "aborted"
  /** The builder's answer is no usable blueprint, even after the repair turn. */
  | "blueprint-invalid"
  /** Anything the backend says that fits none of the above. */
  | "unknown";

/** Kinds after which the whole run stops, resumable, because every other turn would meet the same. */
export const STOPS_RUN: ReadonlySet<TurnFailureKind> = new Set(["quota", "unreachable"]);
