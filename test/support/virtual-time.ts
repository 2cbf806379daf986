import { TestRunner, vi } from 'vitest';

/**
 * Runs a story in which every `setTimeout` and `Date` is virtual: time stands still while anything works, and then jumps
 * to the next timer. Ends with the story, or throws once it has taken longer than `maxSeconds` of its own time.
 *
 * `givenUp` fires where nobody waits for the story any more, as when its test has timed out: time is real again at once,
 * for whatever runs next, and the promise never settles. A property that got an answer then would tell its next story in
 * the middle of another test.
 */
export async function inVirtualTime<Result>(
  start: number,
  maxSeconds: number,
  story: () => Promise<Result>,
  givenUp: AbortSignal | undefined = TestRunner.getCurrentTest()?.context.signal,
): Promise<Result> {
  if (givenUp?.aborted) return never();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: start });
  givenUp?.addEventListener('abort', makeTimeReal);
  try {
    let outcome: PromiseSettledResult<Result> | undefined;
    void Promise.allSettled([story()]).then(([settled]) => {
      outcome = settled;
    });
    for (;;) {
      await workDone();
      if (givenUp?.aborted) await never();
      if (outcome?.status === 'fulfilled') return outcome.value;
      if (outcome) throw outcome.reason;
      if (Date.now() > start + maxSeconds * 1000) throw new Error(`The story goes on after ${maxSeconds} s.`);
      if (vi.getTimerCount() === 0) throw new Error('The story waits for something that nobody will bring about.');
      vi.advanceTimersToNextTimer();
    }
  } finally {
    givenUp?.removeEventListener('abort', makeTimeReal);
    makeTimeReal();
  }
}

/** Virtual timers that are left never fire. */
function makeTimeReal(): void {
  vi.clearAllTimers();
  vi.useRealTimers();
}

const never = (): Promise<never> => new Promise(() => {});

/** Seconds of virtual time. */
export const seconds = (count: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, count * 1000);
  });

/** Whatever can go on without time going on has done so: streams take a turn of the event loop or two. */
async function workDone(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
