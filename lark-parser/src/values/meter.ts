import { Fault } from "./fault.ts";

/** How much one evaluation may use. Everything is counted, nothing is timed, so that a limit is met at one place. */
export interface Limits {
  /** Calls, rounds of loops and comprehensions, and elements that built-in functions walk over. */
  readonly maxSteps: number;
  readonly maxCallDepth: number;
  /** Everything allocated over the whole evaluation, whether it is still in use or not; about bytes. */
  readonly maxAllocation: number;
  /** One string, list or other value; about bytes. */
  readonly maxValueSize: number;
}

/** Generous for a configuration, and well below what would trouble the machine. */
export const DEFAULT_LIMITS: Limits = {
  maxSteps: 50_000_000,
  maxCallDepth: 250,
  maxAllocation: 2 ** 30,
  maxValueSize: 2 ** 27,
};

/** What an element of a list or tuple is charged with. */
export const ELEMENT_SIZE = 8;
/** What an entry of a dict or set is charged with. */
export const ENTRY_SIZE = 48;

/** Counts what an evaluation uses and stops it at its limits. */
export class Meter {
  steps = 0;
  allocated = 0;

  constructor(readonly limits: Limits = DEFAULT_LIMITS) {}

  step(): void {
    if (++this.steps > this.limits.maxSteps) throw this.exhaustSteps();
  }

  addSteps(count: number): void {
    this.steps += count;
    if (this.steps > this.limits.maxSteps) throw this.exhaustSteps();
  }

  /** Charges for one value of `size`; to be called before it is made. */
  allocate(size: number): void {
    if (size > this.limits.maxValueSize) {
      throw new Fault(
        `result is too large: about ${size} bytes, and the limit for one value is ${this.limits.maxValueSize}`,
      );
    }
    this.grow(size);
  }

  /** Charges for a value that has grown by `size`. */
  grow(size: number): void {
    this.allocated += size;
    if (this.allocated > this.limits.maxAllocation) {
      throw new Fault(`too much memory used: the limit is ${this.limits.maxAllocation} bytes`);
    }
  }

  private exhaustSteps(): Fault {
    return new Fault(`too many steps: the limit is ${this.limits.maxSteps}`);
  }
}
