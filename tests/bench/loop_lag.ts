const EVERY_MS = 1;

/** Watches how late this process's event loop is: `stop` gives what each tick came too late, in ms. */
export function watchLoopLag(): { stop(): number[] } {
  const lags: number[] = [];
  let dueMs = performance.now() + EVERY_MS;
  let timer = setTimeout(tick, EVERY_MS);
  function tick() {
    const nowMs = performance.now();
    lags.push(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + EVERY_MS;
    timer = setTimeout(tick, EVERY_MS);
  }
  return {
    stop() {
      clearTimeout(timer);
      return lags;
    },
  };
}
