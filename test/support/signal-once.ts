/**
 * A signal that fires, as a time limit does, once this holds: whatever it ends has begun by then, however slow the machine. It
 * looks every few milliseconds.
 */
export function signalOnce(holds: () => boolean): AbortSignal {
  const limit = new AbortController();
  const timer = setInterval(() => {
    if (!holds()) return;
    clearInterval(timer);
    limit.abort(new DOMException('The time is up.', 'TimeoutError'));
  }, 5);
  timer.unref();
  return limit.signal;
}
