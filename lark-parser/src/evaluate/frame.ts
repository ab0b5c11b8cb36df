import type { Value } from "../values/value.ts";

/** What a captured variable is kept in; undefined until it is bound. */
export class Cell {
  constructor(public value: Value | undefined) {}
}

/** A local variable: its value, or its cell when a nested function captures it; undefined until it is bound. */
export type Slot = Value | Cell | undefined;

/** One running call. */
export class Frame {
  /** What `return` has given. */
  result: Value = null;

  constructor(
    readonly locals: Slot[],
    readonly free: readonly Cell[],
  ) {}
}

/** How a statement ended. Numbers, since every statement answers with one. */
export const NORMAL = 0;
export const BREAK = 1;
export const CONTINUE = 2;
export const RETURN = 3;
export type Completion = typeof NORMAL | typeof BREAK | typeof CONTINUE | typeof RETURN;

/** A compiled expression. */
export type Eval = (frame: Frame) => Value;

/** A compiled statement. */
export type Exec = (frame: Frame) => Completion;

/** A compiled assignment target. */
export type Store = (frame: Frame, value: Value) => void;
