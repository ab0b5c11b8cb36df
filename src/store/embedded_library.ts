/** The engine's native library within a compiled executable; the build puts it in place of this null. */
export interface EmbeddedLibrary {
  /** Readable by Bun only, not by the system's loader. */
  readonly path: string;
  readonly sha256: string;
}

export const embeddedLibrary: EmbeddedLibrary | null = null;
