import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../../lambda/adapters/system-timers.ts';
import { takeWaitSlot, withWaitSlot } from '../../../../lambda/application/serve/with-wait-slot.ts';
import type { WaitSlots } from '../../../../lambda/domain/usage/wait-slots.ts';
import { createApiFixture } from '../../../support/api-fixture.ts';
import { createMemoryWaitSlots } from '../../../support/memory-wait-slots.ts';
import { noon } from '../../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../../support/virtual-time.ts';

const clock = { now: () => Date.now() };
const planned = { owner: 'vk_1', jobId: 'job-1', until: noon + 20_000, functionEndsAt: noon + 60_000 };

function fixture(over: Partial<WaitSlots> = {}) {
  const { ids, telemetry, events } = createApiFixture();
  const waits = { ...createMemoryWaitSlots({ clock, maxWaits: 1 }), ...over };
  return { dependencies: { ids, telemetry, waits, clock, timers: systemTimers }, events };
}

const never = () => new Promise<never>(() => {});
const down = () => Promise.reject(new Error('throttled'));
const fields = { owner: 'vk_1', jobId: 'job-1' };

describe('withWaitSlot', () => {
  it('gives what the wait gives, and its slot back, however it ends', () =>
    inVirtualTime(noon, 100, async () => {
      const { dependencies } = fixture();
      expect(await withWaitSlot(dependencies, planned, async () => 'ended')).toBe('ended');
      await expect(withWaitSlot(dependencies, planned, down)).rejects.toThrow('throttled');
      expect(await withWaitSlot(dependencies, planned, async () => 'again')).toBe('again');
    }));

  it('lets nobody wait beyond the last slot, and says so', () =>
    inVirtualTime(noon, 100, async () => {
      const { dependencies, events } = fixture();
      const first = withWaitSlot(dependencies, planned, () => seconds(5));
      let began = false;
      const second = await withWaitSlot(dependencies, planned, async () => {
        began = true;
      });
      expect([second, began, Date.now()]).toEqual([undefined, false, noon]);
      expect(events).toEqual([{ code: 'wait_refused', fields, cause: undefined }]);
      await first;
    }));

  it('keeps the slot of a function that was lost until that has ended by every clock, and no longer', () =>
    inVirtualTime(noon, 100, async () => {
      const { dependencies } = fixture();
      void withWaitSlot(dependencies, planned, never);
      await seconds(64.9);
      expect(await withWaitSlot(dependencies, planned, async () => 'early')).toBeUndefined();
      await seconds(0.1);
      expect(await withWaitSlot(dependencies, planned, async () => 'free')).toBe('free');
    }));

  it.each<[string, WaitSlots['enter'], seconds: number]>([
    ['fails', down, 0],
    ['never answers', never, 3],
  ])('lets nobody wait where the store of waits %s, and is not late for it', (_, enter, late) =>
    inVirtualTime(noon, 100, async () => {
      const { dependencies, events } = fixture({ enter });
      expect(await withWaitSlot(dependencies, planned, async () => 'waited')).toBeUndefined();
      expect(Date.now()).toBe(noon + late * 1000);
      expect(events).toEqual([{ code: 'wait_not_told', fields, cause: expect.any(Error) }]);
    }),
  );

  it('asks and tells the store for as long as the wait says that it may', () =>
    inVirtualTime(noon, 100, async () => {
      const patient = { ...planned, patience: { maxEnterMilliseconds: 7000, maxLeaveMilliseconds: 4000 } };
      const deaf = fixture({ enter: never });
      expect(await takeWaitSlot(deaf.dependencies, patient)).toBeUndefined();
      expect(Date.now()).toBe(noon + 7000);
      const leave = await takeWaitSlot(fixture({ leave: never }).dependencies, patient);
      await leave?.();
      expect(Date.now()).toBe(noon + 11_000);
    }));

  it('asks the store no longer than the wait would have been', () =>
    inVirtualTime(noon, 100, async () => {
      const { dependencies } = fixture({ enter: never });
      await withWaitSlot(dependencies, { ...planned, until: noon + 2000 }, async () => 'waited');
      expect(Date.now()).toBe(noon + 2000);
    }));

  it.each<[string, WaitSlots['leave'], seconds: number]>([
    ['fails', down, 0],
    ['never answers', never, 1],
  ])('gives what the wait gave where the store %s afterwards, and is not late for it', (_, leave, late) =>
    inVirtualTime(noon, 100, async () => {
      const { dependencies, events } = fixture({ leave });
      expect(await withWaitSlot(dependencies, planned, async () => 'ended')).toBe('ended');
      expect(Date.now()).toBe(noon + late * 1000);
      expect(events).toEqual([{ code: 'wait_not_told', fields, cause: expect.any(Error) }]);
    }),
  );
});
