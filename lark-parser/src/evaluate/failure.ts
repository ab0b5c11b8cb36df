import { type Diagnostic, makeDiagnostic, type StackFrame } from "../diagnostics.ts";
import type { Place } from "../source.ts";
import { Fault } from "../values/fault.ts";

/** A fault that has been given its place. It grows a frame at every call that it leaves. */
export class Failure extends Error {
  /** Innermost call first. */
  readonly frames: StackFrame[] = [];

  constructor(
    readonly fault: Fault,
    readonly place: Place,
  ) {
    super(fault.message);
  }

  addFrame(name: string, { source, span }: Place): void {
    this.frames.push({ name, filename: source.filename, ...source.position(span.start) });
  }

  /** A built-in function has no source. */
  addBuiltinFrame(name: string): void {
    this.frames.push({ name, filename: "", line: 0, column: 0 });
  }

  toDiagnostic(): Diagnostic {
    const { fault, place, frames } = this;
    const stack = frames.toReversed();
    return makeDiagnostic(place.source, { span: place.span, message: fault.message, hint: fault.hint, stack });
  }
}

/** A fault of the program; what else was thrown, a bug of ours or of the host, goes on as it is. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  // The only error of the machine's own that a program can bring about.
  if (error instanceof RangeError) return new Fault("nested too deeply, or too large", { hint: "split it up" });
  throw error;
}
