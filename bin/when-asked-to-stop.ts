/** Milliseconds between two checks whether the process's parent still exists. */
const lookEveryMilliseconds = 500;

/**
 * Calls `stop` once: at the first signal to end, or when the process's parent has gone, such as an npm that was killed and could
 * not pass a signal on. At a second signal the process ends at once.
 */
export function whenAskedToStop(stop: () => void): void {
  let isStopping = false;
  const stopOnce = (): void => {
    if (isStopping) return;
    isStopping = true;
    stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      stopOnce();
    });
  }
  // A process that was started otherwise, such as with nohup from a shell, may be meant to continue.
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stopOnce();
  }, lookEveryMilliseconds).unref();
}
