/** Waits until `probe` gives something truthy, looking again at every event-loop turn or so; fails at the deadline. */
export async function until<T>(
  what: string,
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  deadlineMs = 20_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = await probe();
    if (seen) return seen;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`);
    await Bun.sleep(10);
  }
}
