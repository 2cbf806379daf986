import { describe, expect, it } from 'vitest';
import { takeSlot } from '../../../../lambda/domain/usage/running-slots.ts';
import type { SlotStore } from '../../../../lambda/domain/usage/slot-store.ts';
import { noon } from '../../../support/sample-job.ts';
import { createMessage, createWorkerFixture, deliverImages, failWith } from '../../../support/worker-fixture.ts';

const name = { owner: 'vk_1', lane: 'shared', part: 0 } as const;
const one = { maxRunningJobs: { shared: 1, alone: 1 } };

/** A fixture with room for one running job of each owner, and whoever holds it already. */
async function createSlotFixture(script: Parameters<typeof createWorkerFixture>[0], heldBy?: string) {
  const fixture = createWorkerFixture(script);
  await fixture.accept();
  const settings = { ...fixture.dependencies.settings, ...one };
  if (heldBy !== undefined) {
    const seen = await fixture.slots.read({ ...name, owner: heldBy });
    const request = { jobId: 'another-job-of', claim: 1, until: noon + 420_000, maxSlots: 1 };
    const { state } = takeSlot(seen.state, { ...request, typicalMilliseconds: 20_000, random: 0 }, noon);
    await fixture.slots.write({ ...name, owner: heldBy }, seen, state);
  }
  const held = async () => Object.keys((await fixture.slots.read(name)).state.held);
  return { ...fixture, held, work: (over: object = {}, hop = 0) => fixture.process({ settings, ...over }, { hop }) };
}

describe('a slot of its owner', () => {
  it('is held during the request, and given back at the end', async () => {
    const during: (readonly string[])[] = [];
    const fixture = await createSlotFixture([
      async (call, model) => {
        during.push(await fixture.held());
        return deliverImages()(call, model);
      },
    ]);
    await fixture.work();
    expect((await fixture.job()).status).toBe('completed');
    expect(during).toEqual([[fixture.order.id.slice(0, 13)]]);
    expect(await fixture.held()).toEqual([]);
  });

  it('lets a job wait without a request where none is free, and go on when its turn has come', async () => {
    const fixture = await createSlotFixture([deliverImages()], 'vk_1');
    await fixture.work();
    expect(fixture.asked).toEqual([]);
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 21 }]);
    expect(fixture.events).toContainEqual(
      expect.objectContaining({
        code: 'slot_awaited',
        fields: { jobId: fixture.order.id, owner: 'vk_1', lane: 'shared', seconds: 21 },
      }),
    );
    expect(await fixture.job()).toMatchObject({ leaseHeld: 0, attempts: [] });
    fixture.clock.advance(420);
    await fixture.work({}, 1);
    expect((await fixture.job()).status).toBe('completed');
  });

  it('is not asked of other owners', async () => {
    const fixture = await createSlotFixture([deliverImages()], 'vk_2');
    await fixture.work();
    expect((await fixture.job()).status).toBe('completed');
  });

  it('comes in time for a last request where the turn would be too late', async () => {
    const fixture = await createSlotFixture([], 'vk_1');
    const seen = await fixture.slots.read(name);
    await fixture.slots.write(name, seen, { ...seen.state, lineUntil: noon + 1_000_000 });
    fixture.clock.set(noon + 1300_000);
    const full = await fixture.slots.read(name);
    const busy = Object.fromEntries(
      Object.entries(full.state.held).map(([key, [claim, since]]) => [key, [claim, since, noon + 1_800_000] as const]),
    );
    await fixture.slots.write(name, full, { ...full.state, held: busy, lineUntil: noon + 1_590_000 });
    await fixture.work();
    // 200 seconds are left for a start; the later half of them, at the latest.
    expect(fixture.queue.take()).toMatchObject([{ delaySeconds: 200 }]);
  });

  it('is given back where the request failed, and where the job goes to sleep', async () => {
    const fixture = await createSlotFixture([failWith('overloaded', 'Too much to do.', { retryAfterSeconds: 600 })]);
    await fixture.work();
    expect(fixture.queue.take()).toHaveLength(1);
    expect(await fixture.held()).toEqual([]);
  });

  it.each<[what: string, broken: Partial<SlotStore>]>([
    ['read', { read: async () => Promise.reject(new Error('The table is down.')) }],
    ['written', { write: async () => Promise.reject(new Error('The table is down.')) }],
    ['written for others', { write: async () => false }],
  ])('stops no job where it can not be %s', async (_, broken) => {
    const fixture = await createSlotFixture([deliverImages()]);
    await fixture.work({ slots: { ...fixture.slots, ...broken } });
    expect((await fixture.job()).status).toBe('completed');
    expect(fixture.events.map(({ code }) => code)).toContain('slot_not_told');
  });

  it('stays with a job whose worker lost it to another, which holds it now', async () => {
    const fixture = await createSlotFixture([
      async (call, model) => {
        fixture.clock.advance(130);
        await fixture.process({ settings: { ...fixture.dependencies.settings, ...one } }, { hop: 0 }, createMessage());
        return deliverImages()(call, model);
      },
      deliverImages(),
    ]);
    await fixture.work();
    expect(await fixture.held()).toEqual([]);
  });

  it('is not needed where the provider is polled: no worker waits for its images', async () => {
    const fixture = await createSlotFixture([deliverImages()], 'vk_1');
    const timing = () => ({ typicalSeconds: 20, timeoutSeconds: 300, isPolled: true });
    await fixture.work({ catalog: { ...fixture.dependencies.catalog, timing } });
    expect((await fixture.job()).status).toBe('completed');
  });

  it('is not needed to ask after a ticket', async () => {
    const fixture = createWorkerFixture(
      [async () => ({ status: 'waiting', ticket: { id: 't' }, checkAfterSeconds: 5 })],
      {
        resume: [deliverImages()],
      },
    );
    await fixture.accept();
    const settings = { ...fixture.dependencies.settings, ...one };
    await fixture.process({ settings });
    const seen = await fixture.slots.read(name);
    const other = { jobId: 'another-job-of', claim: 1, until: noon + 900_000, maxSlots: 1 };
    const full = takeSlot(seen.state, { ...other, typicalMilliseconds: 20_000, random: 0 }, noon);
    await fixture.slots.write(name, seen, full.state);
    fixture.clock.advance(10);
    await fixture.process({ settings }, { hop: 1 });
    expect((await fixture.job()).status).toBe('completed');
  });
});
