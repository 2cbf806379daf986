import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { noSlotsHeld, type RunningSlots } from '../../../lambda/domain/usage/running-slots.ts';
import type { SlotStore, SlotsName } from '../../../lambda/domain/usage/slot-store.ts';

const newName = (): SlotsName => ({ owner: randomUUID(), lane: 'shared', part: 0 });
const held: RunningSlots = { held: { 'job-1': [1, 2, 3] }, meanMilliseconds: 4, lineUntil: 5 };

/** What every store of slots promises. `open` is called once. */
export function slotStoreContract(name: string, open: () => Promise<SlotStore>): void {
  describe(name, () => {
    let slots: SlotStore;
    beforeAll(async () => {
      slots = await open();
    });

    it('has no slot held of an owner that nobody has heard of', async () => {
      expect((await slots.read(newName())).state).toEqual(noSlotsHeld);
    });

    it('keeps what was written, for that owner, lane and part alone', async () => {
      const mine = newName();
      expect(await slots.write(mine, await slots.read(mine), held)).toBe(true);
      expect((await slots.read(mine)).state).toEqual(held);
      for (const other of [{ ...mine, part: 1 }, { ...mine, lane: 'alone' } as const, newName()]) {
        expect((await slots.read(other)).state).toEqual(noSlotsHeld);
      }
    });

    it('refuses to write over what was not seen', async () => {
      const mine = newName();
      const first = await slots.read(mine);
      expect(await slots.write(mine, first, held)).toBe(true);
      expect(await slots.write(mine, first, noSlotsHeld)).toBe(false);
      const second = await slots.read(mine);
      expect(await slots.write(mine, second, noSlotsHeld)).toBe(true);
      expect(await slots.write(mine, second, held)).toBe(false);
    });
  });
}
