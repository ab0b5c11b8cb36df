import type { ReadStream, WriteStream } from "node:tty";

const CTRL_C = 0x03;
const CTRL_S = 0x13;
const LETTER_Q = 0x71;

export type Key = "interrupt" | "ctrl-c" | "q";

export interface TerminalParts {
  readonly stdin: Pick<ReadStream, "isTTY" | "setRawMode" | "on" | "off" | "resume" | "pause">;
  readonly stdout: Pick<WriteStream, "isTTY" | "write" | "columns">;
  readonly onKey: (key: Key) => void;
  /** The terminal is gone: its pane was closed or its other end died. */
  readonly onGone: () => void;
}

/**
 * Takes the keyboard in raw mode, so that Ctrl+S arrives as a byte and never stops the output (IXON). Gives what puts
 * the terminal back as it was; calling that twice does no harm. Without a terminal it takes nothing.
 */
export function takeTerminal({ stdin, stdout, onKey, onGone }: TerminalParts): () => void {
  if (!stdin.isTTY) return () => {};
  const onData = (bytes: Uint8Array) => {
    for (const byte of bytes) {
      if (byte === CTRL_S) onKey("interrupt");
      else if (byte === CTRL_C) onKey("ctrl-c");
      else if (byte === LETTER_Q) onKey("q");
    }
  };
  stdin.setRawMode(true);
  stdin.on("data", onData);
  stdin.on("end", onGone);
  stdin.on("error", onGone);
  stdin.resume();
  let taken = true;
  return () => {
    if (!taken) return;
    taken = false;
    stdin.off("data", onData);
    stdin.off("end", onGone);
    stdin.pause();
    try {
      stdin.setRawMode(false);
      if (stdout.isTTY) stdout.write("\x1b]2;\x07");
    } catch {
      // A terminal that is gone needs no putting back.
    }
  };
}

/** The sequence that names the pane; `title` is neutralised already. */
export const setTitle = (title: string): string => `\x1b]2;${title}\x07`;
