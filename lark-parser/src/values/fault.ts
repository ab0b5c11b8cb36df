/** What a host function may say about a fault besides its message. */
export interface FaultDetails {
  /** What the reader could do about it. */
  readonly hint?: string | undefined;
  /** The argument at fault, by name or by position: the evaluator then points at it instead of at the call. */
  readonly argument?: string | number | undefined;
}

/**
 * A dynamic error of the program that runs. It is thrown by values and built-in functions, which do not know where
 * they were called; the evaluator turns it into a diagnostic with place and stack and never lets it out.
 */
export class Fault extends Error {
  readonly hint: string | undefined;
  readonly argument: string | number | undefined;

  constructor(message: string, details: FaultDetails = {}) {
    super(message);
    this.name = "Fault";
    this.hint = details.hint;
    this.argument = details.argument;
  }
}
