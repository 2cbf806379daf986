import { describe, expect, it } from 'vitest';
import { boundedParallel } from '../../../../lambda/application/timing/bounded-parallel.ts';

/** Work that goes on until it is released, and counts what is under way. */
function heldWork() {
  const held: (() => void)[] = [];
  let underWay = 0;
  let most = 0;
  return {
    most: () => most,
    held,
    async run(item: number): Promise<number> {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise<void>((resolve) => held.push(resolve));
      underWay -= 1;
      return item * 10;
    },
  };
}

describe(boundedParallel, () => {
  it('has as many under way as it may, and no more, and keeps the order', async () => {
    const work = heldWork();
    let done: readonly number[] | undefined;
    const all = boundedParallel([1, 2, 3, 4, 5], 2, (item) => work.run(item)).then((results) => {
      done = results;
    });
    while (done === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      work.held.pop()?.();
    }
    await all;
    expect(done).toEqual([10, 20, 30, 40, 50]);
    expect(work.most()).toBe(2);
  });

  it('throws what the first of the items has thrown, whichever failed first, once all are done', async () => {
    const done: number[] = [];
    const work = async (item: number) => {
      if (item === 3) throw new Error('3');
      await new Promise((resolve) => setImmediate(resolve));
      done.push(item);
      if (item === 2) throw new Error('2');
    };
    await expect(boundedParallel([1, 2, 3, 4], 3, work)).rejects.toThrow('2');
    expect(done.toSorted()).toEqual([1, 2, 4]);
  });

  it('works with fewer items than it may, and with work that isn’t asynchronous', async () => {
    expect(await boundedParallel([1], 4, (item) => item + 1)).toEqual([2]);
    expect(await boundedParallel([], 4, (item) => item)).toEqual([]);
  });
});
