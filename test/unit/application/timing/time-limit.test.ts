import { describe, expect, it } from 'vitest';
import { timeLimit } from '../../../../lambda/application/timing/time-limit.ts';
import type { Timers } from '../../../../lambda/domain/ports.ts';

/** Timers that run when the test says so, by their milliseconds. */
function manualTimers() {
  const pending = new Map<number, () => void>();
  const timers: Timers = {
    after(milliseconds, run) {
      pending.set(milliseconds, run);
      return () => pending.delete(milliseconds);
    },
  };
  return { timers, pending };
}

describe('timeLimit', () => {
  it('fires when the time is over, and says so', () => {
    const { timers, pending } = manualTimers();
    const limit = timeLimit(timers, 500, 'Too late.', new AbortController().signal);
    expect([limit.signal.aborted, limit.isOver()]).toEqual([false, false]);
    pending.get(500)?.();
    expect(limit.signal.reason).toEqual(new Error('Too late.'));
    expect(limit.isOver()).toBe(true);
  });

  it("fires with the outer signal and for its reason, which is no time's", () => {
    const outer = new AbortController();
    const limit = timeLimit(manualTimers().timers, 500, 'Too late.', outer.signal);
    outer.abort('lost');
    expect(limit.signal.reason).toBe('lost');
    expect(limit.isOver()).toBe(false);
  });

  it('has fired from the start where the outer signal had', () => {
    const limit = timeLimit(manualTimers().timers, 500, 'Too late.', AbortSignal.abort('lost'));
    expect(limit.signal.reason).toBe('lost');
  });

  it('stops the timer when closed, and still follows the outer signal', () => {
    const { timers, pending } = manualTimers();
    const outer = new AbortController();
    const limit = timeLimit(timers, 500, 'Too late.', outer.signal);
    limit.close();
    expect(pending.size).toBe(0);
    outer.abort('lost');
    expect(limit.signal.aborted).toBe(true);
  });
});
