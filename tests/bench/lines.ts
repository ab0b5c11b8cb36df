/** The lines that a child prints, one after the other: `next` waits for one, and fails when there will be none. */
export function readLines(stream: ReadableStream<Uint8Array>): { next(): Promise<string> } {
  const lines = split(stream);
  return {
    async next() {
      const { done, value } = await lines.next();
      if (done) throw new Error("the process has ended");
      return value;
    },
  };
}

async function* split(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
