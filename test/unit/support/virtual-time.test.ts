import { describe, expect, it, vi } from 'vitest';
import { noon } from '../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';

const realSetTimeout = setTimeout;

/** Turns of the event loop, in which whatever could go on has done so. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('inVirtualTime', () => {
  it('lets hours go by at once, and makes time real again', async () => {
    const told = await inVirtualTime(noon, 7200, async () => {
      await seconds(7000);
      return Date.now() - noon;
    });
    expect(told).toBe(7_000_000);
    expect(setTimeout).toBe(realSetTimeout);
  });

  it.each([
    ['fails', async () => Promise.reject(new Error('It fails.')), 'It fails.'],
    ['goes on for too long', async () => seconds(11).then(() => seconds(1)), 'The story goes on after 10 s.'],
    ['waits for nothing', () => new Promise(() => {}), 'nobody will bring about'],
  ])('makes time real again after a story that %s', async (_, story, message) => {
    await expect(inVirtualTime<unknown>(noon, 10, story)).rejects.toThrow(message);
    expect(setTimeout).toBe(realSetTimeout);
  });

  it('ends a story that is given up at once, tells nobody, and begins no other for the same', async () => {
    const givenUp = new AbortController();
    const seen: string[] = [];
    const tell = (name: string, story: () => Promise<unknown>) =>
      void inVirtualTime(noon, 1000, story, givenUp.signal).finally(() => seen.push(`${name} is over`));
    tell('the first', async () => {
      await seconds(1);
      seen.push('the first has begun');
      await seconds(1);
      seen.push('the first goes on');
    });
    while (seen.length === 0) await turns(1);
    expect(setTimeout).not.toBe(realSetTimeout);
    givenUp.abort();
    expect(setTimeout).toBe(realSetTimeout);
    tell('the second', async () => seen.push('the second has begun'));
    await turns(50);
    expect(seen).toEqual(['the first has begun']);
    expect(setTimeout).toBe(realSetTimeout);
  });

  it('takes a test that has timed out for one that has given its story up', async ({ signal }) => {
    const listen = vi.spyOn(signal, 'addEventListener');
    await inVirtualTime(noon, 10, async () => {});
    expect(listen).toHaveBeenCalledExactlyOnceWith('abort', expect.any(Function));
  });
});
