import type { Event } from "../events/event.ts";
import { RecordFold } from "../store/fold.ts";
import type { DatabaseName, Job } from "../store/job.ts";
import { InterruptSummary } from "../views/interrupt.ts";

/** Size and SHA-256 of a file: enough to tell whether another one is the same. */
export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** What a database must hold of a journal, and how many of its events it need not hold yet. */
export interface ExpectedFiles {
  readonly files: ReadonlyMap<string, Digest>;
  readonly pending: number;
}

/** How far each database says that the journal is recorded in it. */
export type RecordedSeqs = Readonly<Record<DatabaseName, number>>;

/**
 * Every file that both databases must hold, by the fold that the recorder writes them with, up to the event that each
 * database says it has come to. Keeps hashes, not contents: a journal may be long.
 */
export class JournalFiles {
  #fold = new RecordFold(new InterruptSummary());
  #upTo: RecordedSeqs;
  #files = { memory: new Map<string, Digest | Growing>(), actions: new Map<string, Digest | Growing>() };
  #pending = { memory: 0, actions: 0 };

  constructor(upTo: RecordedSeqs) {
    this.#upTo = upTo;
  }

  take(event: Event): void {
    const behind = new Set<DatabaseName>();
    for (const job of this.#fold.apply(event)) {
      if (job.seq > this.#upTo[job.database]) behind.add(job.database);
      else this.#write(job);
    }
    for (const database of behind) this.#pending[database] += 1;
  }

  expect(database: DatabaseName): ExpectedFiles {
    const files = new Map([...this.#files[database]].map(([path, file]) => [path, close(file)]));
    return { files, pending: this.#pending[database] };
  }

  #write(job: Job): void {
    const files = this.#files[job.database];
    if (job.kind === "put") {
      files.set(job.path, digest(Buffer.from(job.content)));
      return;
    }
    const known = files.get(job.path);
    const growing = known && "hasher" in known ? known : { bytes: 0, hasher: new Bun.CryptoHasher("sha256") };
    growing.hasher.update(job.bytes);
    growing.bytes += job.bytes.length;
    files.set(job.path, growing);
  }
}

/** A file that is appended to is hashed as it grows. */
interface Growing {
  bytes: number;
  readonly hasher: Bun.CryptoHasher;
}

function close(file: Digest | Growing): Digest {
  return "hasher" in file ? { bytes: file.bytes, sha256: file.hasher.copy().digest("hex") } : file;
}

/** Size and hash of bytes at hand. */
export const digest = (content: Uint8Array): Digest => ({
  bytes: content.length,
  sha256: Bun.SHA256.hash(content, "hex"),
});
