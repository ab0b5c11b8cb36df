import { dlopen, type FFIFunction, ptr } from "bun:ffi";

/** Values of <sys/prctl.h> and <sys/file.h>; flock's are the same on Linux and macOS. */
export const PR_SET_PDEATHSIG = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;

const FUNCTIONS = {
  setsid: { args: [], returns: "int" },
  getppid: { args: [], returns: "int" },
  execve: { args: ["ptr", "ptr", "ptr"], returns: "int" },
  flock: { args: ["int", "int"], returns: "int" },
  prctl: { args: ["int", "u64", "u64", "u64", "u64"], returns: "int" },
} as const satisfies Record<string, FFIFunction>;

type Functions = typeof FUNCTIONS;

/** glibc, then musl's own loader, which is its C library too. */
const LINUX_NAMES = ["libc.so.6", `/lib/ld-musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];
const NAMES = process.platform === "darwin" ? ["libSystem.B.dylib"] : LINUX_NAMES;

/** The C library's functions of these names. `prctl` exists on Linux only. Throws when there is no such library. */
export function openLibc<N extends keyof Functions>(names: readonly N[]) {
  const wanted = Object.fromEntries(names.map((name) => [name, FUNCTIONS[name]])) as Pick<Functions, N>;
  let failure: unknown;
  for (const library of NAMES) {
    try {
      return dlopen(library, wanted).symbols;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** A `char *const[]` with everything that it points to: keep it until the call is over. */
export interface StringArray {
  readonly pointers: BigUint64Array;
  readonly texts: readonly Buffer[];
}

/** Lays out strings as execve wants its arguments: pointers to C strings, then a null. */
export function stringArray(values: readonly string[]): StringArray {
  const texts = values.map((value) => Buffer.from(`${value}\0`));
  const pointers = new BigUint64Array(texts.length + 1);
  for (const [index, text] of texts.entries()) pointers[index] = BigInt(ptr(text));
  return { pointers, texts };
}
