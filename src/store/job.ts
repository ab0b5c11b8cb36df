/** The two AgentFS databases: what later runs read, and the trail of everything done. */
export type DatabaseName = "memory" | "actions";

/**
 * One write, made from one event. Paths, offsets and content follow from the journal alone, so that a job may be done
 * again at any time. `seq` is the event's.
 */
export type Job = PutJob | AppendJob;

/** Writes a whole file, in place of what was there. */
export interface PutJob {
  readonly kind: "put";
  readonly database: DatabaseName;
  readonly seq: number;
  readonly path: string;
  readonly content: string;
}

/** Adds to a file at a byte offset that the fold has counted. */
export interface AppendJob {
  readonly kind: "append";
  readonly database: DatabaseName;
  readonly seq: number;
  readonly path: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Appends that meet end to end in one file become one write; the order of the rest is kept. */
export function joinAppends(jobs: readonly Job[]): Job[] {
  const joined: Job[] = [];
  const parts = new Map<string, { job: AppendJob; chunks: Buffer[]; end: number; index: number }>();
  const close = (path: string) => {
    const open = parts.get(path);
    if (open && open.chunks.length > 1) joined[open.index] = { ...open.job, bytes: Buffer.concat(open.chunks) };
    parts.delete(path);
  };
  for (const job of jobs) {
    if (job.kind === "put") {
      close(job.path);
      joined.push(job);
      continue;
    }
    const open = parts.get(job.path);
    if (open && open.end === job.offset) {
      open.chunks.push(job.bytes);
      open.end += job.bytes.length;
      continue;
    }
    close(job.path);
    const end = job.offset + job.bytes.length;
    parts.set(job.path, { job, chunks: [job.bytes], end, index: joined.push(job) - 1 });
  }
  for (const path of [...parts.keys()]) close(path);
  return joined;
}
