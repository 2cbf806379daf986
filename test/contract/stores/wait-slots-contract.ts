import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WaitSlots } from '../../../lambda/domain/usage/wait-slots.ts';
import type { FixedClock } from '../../support/fixed-clock.ts';

/** How many waits of one owner the stores that are tested allow. */
export const maxWaits = 3;

/** What every store of waits promises. `open` is called once, for a store of `maxWaits`. */
export function waitSlotsContract(name: string, clock: FixedClock, open: () => Promise<WaitSlots>): void {
  describe(name, () => {
    let waits: WaitSlots;
    beforeAll(async () => {
      waits = await open();
    });
    const soon = () => clock.now() + 30_000;
    const fill = async (owner: string): Promise<readonly string[]> => {
      const ids = Array.from({ length: maxWaits }, () => randomUUID());
      for (const id of ids) expect(await waits.enter(owner, id, soon())).toBe(true);
      return ids;
    };

    it('counts as many waits of an owner as there may be, and no more, whatever others have', async () => {
      const owner = randomUUID();
      await fill(owner);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(false);
      expect(await waits.enter(randomUUID(), randomUUID(), soon())).toBe(true);
    });

    it('has room again for each that leaves', async () => {
      const owner = randomUUID();
      const [first = ''] = await fill(owner);
      await waits.leave(owner, first);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(true);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(false);
    });

    it('lets leave who never entered, of owners unknown too, and who has left', async () => {
      const owner = randomUUID();
      await waits.leave(owner, randomUUID());
      const [first = ''] = await fill(owner);
      await waits.leave(owner, randomUUID());
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(false);
      for (const _ of [1, 2]) await waits.leave(owner, first);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(true);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(false);
    });

    it('counts a wait once that enters twice, and knows it where there is no room left', async () => {
      const owner = randomUUID();
      const id = randomUUID();
      for (const _ of [1, 2]) expect(await waits.enter(owner, id, soon())).toBe(true);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(true);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(true);
      expect(await waits.enter(owner, id, soon())).toBe(true);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(false);
    });

    it('counts nobody whose function has ended for sure, and everybody until then', async () => {
      const owner = randomUUID();
      await fill(owner);
      clock.advance(29.999);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(false);
      clock.advance(0.001);
      await fill(owner);
      expect(await waits.enter(owner, randomUUID(), soon())).toBe(false);
    });
  });
}
