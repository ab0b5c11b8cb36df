import type { SessionPaths } from "../core/paths.ts";
import type { Event } from "../events/event.ts";
import { readEvents } from "../events/read.ts";
import { LogFiles } from "../views/log_files.ts";

/** By then the first turns of a resumed run are on their way, and codex has not said a word yet. */
const LATER_MS = 100;
const NOTHING: readonly string[] = [];

/**
 * The logs of a run under way. A resume makes all of them anew from the journal, which takes time when it is long and
 * which no turn should wait for: they are opened a moment later, and then hold what has happened until then as well.
 */
export class RunLogs {
  readonly #paths: SessionPaths;
  readonly #onOpen: (logs: LogFiles) => void;
  #logs: LogFiles | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(paths: SessionPaths, onOpen: (logs: LogFiles) => void) {
    this.#paths = paths;
    this.#onOpen = onOpen;
  }

  /** Makes the files of all that the journal holds. */
  open(): LogFiles {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#logs) return this.#logs;
    this.#logs = new LogFiles(this.#paths, readEvents(this.#paths.journal));
    this.#onOpen(this.#logs);
    return this.#logs;
  }

  openLater(): void {
    this.#timer = setTimeout(() => this.open(), LATER_MS);
  }

  /** Takes in one event that stands in the journal; gives what a person should know, mostly nothing. */
  append(event: Event): readonly string[] {
    return this.#logs?.append(event) ?? NOTHING;
  }

  /** Names within the project that are ours now. */
  get links(): readonly string[] {
    return this.#logs?.links ?? NOTHING;
  }

  /** Makes what an agent has damaged anew, and closes all. `mayMend`: the journal is to be trusted. */
  close(mayMend: boolean): void {
    const logs = this.open();
    if (mayMend && logs.isDamaged()) new LogFiles(this.#paths, readEvents(this.#paths.journal)).close();
    logs.close();
  }
}
