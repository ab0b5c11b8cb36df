/** What the process says by its exit code; scripts rely on the numbers. */
export const EXIT = {
  /** Everything that was asked for was done. */
  done: 0,
  /** The run ended with failed or skipped agents; for checks: something was found. */
  failed: 1,
  /** The command line, the environment or a configuration file is wrong. */
  badInput: 2,
  /** Something needed is missing or too old. */
  missing: 3,
  /** Stopped before the end; `resume` goes on. */
  stopped: 4,
  /** Detached; the run goes on in the background. */
  detached: 5,
  /** A bug of ours. */
  bug: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
