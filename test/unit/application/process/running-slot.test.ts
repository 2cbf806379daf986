import { describe, expect, it } from 'vitest';
import { takeSlot } from '../../../../lambda/domain/usage/running-slots.ts';
import type { SlotStore } from '../../../../lambda/domain/usage/slot-store.ts';
import { noon } from '../../../support/sample-job.ts';
import { createMessage, createWorkerBench, deliverImages, failWith } from '../../../support/worker-bench.ts';

const name = { owner: 'vk_1', lane: 'shared', part: 0 } as const;
const one = { maxRunningJobs: { shared: 1, alone: 1 } };

/** A bench with room for one running job of each owner, and whoever holds it already. */
async function createSlotBench(script: Parameters<typeof createWorkerBench>[0], heldBy?: string) {
  const bench = createWorkerBench(script);
  await bench.accept();
  const settings = { ...bench.dependencies.settings, ...one };
  if (heldBy !== undefined) {
    const seen = await bench.slots.read({ ...name, owner: heldBy });
    const request = { jobId: 'another-job-of', claim: 1, until: noon + 420_000, maxSlots: 1 };
    const { state } = takeSlot(seen.state, { ...request, typicalMilliseconds: 20_000, random: 0 }, noon);
    await bench.slots.write({ ...name, owner: heldBy }, seen, state);
  }
  const held = async () => Object.keys((await bench.slots.read(name)).state.held);
  return { ...bench, held, work: (over: object = {}, hop = 0) => bench.process({ settings, ...over }, { hop }) };
}

describe('a slot of its owner', () => {
  it('is held during the request, and given back at the end', async () => {
    const during: (readonly string[])[] = [];
    const bench = await createSlotBench([
      async (call, model) => {
        during.push(await bench.held());
        return deliverImages()(call, model);
      },
    ]);
    await bench.work();
    expect((await bench.job()).status).toBe('completed');
    expect(during).toEqual([[bench.order.id.slice(0, 13)]]);
    expect(await bench.held()).toEqual([]);
  });

  it('lets a job wait without a request where none is free, and go on when its turn has come', async () => {
    const bench = await createSlotBench([deliverImages()], 'vk_1');
    await bench.work();
    expect(bench.asked).toEqual([]);
    expect(bench.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 21 }]);
    expect(bench.events).toContainEqual(
      expect.objectContaining({
        code: 'slot_awaited',
        fields: { jobId: bench.order.id, owner: 'vk_1', lane: 'shared', seconds: 21 },
      }),
    );
    expect(await bench.job()).toMatchObject({ leaseHeld: 0, attempts: [] });
    bench.clock.advance(420);
    await bench.work({}, 1);
    expect((await bench.job()).status).toBe('completed');
  });

  it('is not asked of other owners', async () => {
    const bench = await createSlotBench([deliverImages()], 'vk_2');
    await bench.work();
    expect((await bench.job()).status).toBe('completed');
  });

  it('comes in time for a last request where the turn would be too late', async () => {
    const bench = await createSlotBench([], 'vk_1');
    const seen = await bench.slots.read(name);
    await bench.slots.write(name, seen, { ...seen.state, lineUntil: noon + 1_000_000 });
    bench.clock.set(noon + 1300_000);
    const full = await bench.slots.read(name);
    const busy = Object.fromEntries(
      Object.entries(full.state.held).map(([key, [claim, since]]) => [key, [claim, since, noon + 1_800_000] as const]),
    );
    await bench.slots.write(name, full, { ...full.state, held: busy, lineUntil: noon + 1_590_000 });
    await bench.work();
    // 200 seconds are left for a start; the later half of them, at the latest.
    expect(bench.queue.take()).toMatchObject([{ delaySeconds: 200 }]);
  });

  it('is given back where the request failed, and where the job goes to sleep', async () => {
    const bench = await createSlotBench([failWith('overloaded', 'Too much to do.', { retryAfterSeconds: 600 })]);
    await bench.work();
    expect(bench.queue.take()).toHaveLength(1);
    expect(await bench.held()).toEqual([]);
  });

  it.each<[what: string, broken: Partial<SlotStore>]>([
    ['read', { read: async () => Promise.reject(new Error('The table is down.')) }],
    ['written', { write: async () => Promise.reject(new Error('The table is down.')) }],
    ['written for others', { write: async () => false }],
  ])('stops no job where it can not be %s', async (_, broken) => {
    const bench = await createSlotBench([deliverImages()]);
    await bench.work({ slots: { ...bench.slots, ...broken } });
    expect((await bench.job()).status).toBe('completed');
    expect(bench.events.map(({ code }) => code)).toContain('slot_not_told');
  });

  it('stays with a job whose worker lost it to another, which holds it now', async () => {
    const bench = await createSlotBench([
      async (call, model) => {
        bench.clock.advance(130);
        await bench.process({ settings: { ...bench.dependencies.settings, ...one } }, { hop: 0 }, createMessage());
        return deliverImages()(call, model);
      },
      deliverImages(),
    ]);
    await bench.work();
    expect(await bench.held()).toEqual([]);
  });

  it('is not needed where the provider is polled: no worker waits for its images', async () => {
    const bench = await createSlotBench([deliverImages()], 'vk_1');
    const timing = () => ({ typicalSeconds: 20, timeoutSeconds: 300, isPolled: true });
    await bench.work({ catalog: { ...bench.dependencies.catalog, timing } });
    expect((await bench.job()).status).toBe('completed');
  });

  it('is not needed to ask after a ticket', async () => {
    const bench = createWorkerBench([async () => ({ status: 'waiting', ticket: { id: 't' }, checkAfterSeconds: 5 })], {
      resume: [deliverImages()],
    });
    await bench.accept();
    const settings = { ...bench.dependencies.settings, ...one };
    await bench.process({ settings });
    const seen = await bench.slots.read(name);
    const other = { jobId: 'another-job-of', claim: 1, until: noon + 900_000, maxSlots: 1 };
    const full = takeSlot(seen.state, { ...other, typicalMilliseconds: 20_000, random: 0 }, noon);
    await bench.slots.write(name, seen, full.state);
    bench.clock.advance(10);
    await bench.process({ settings }, { hop: 1 });
    expect((await bench.job()).status).toBe('completed');
  });
});
