import { describe, expect, it } from 'vitest';
import { createExpiringCache } from '../../../../../lambda/adapters/dynamo/keys/expiring-cache.ts';
import { createFixedClock } from '../../../../support/fixed-clock.ts';

describe('createExpiringCache', () => {
  it('forgets a value once its time is over', () => {
    const clock = createFixedClock();
    const cache = createExpiringCache<string>(clock, { seconds: 60, maxEntries: 2 });
    cache.keep('a', 'one');
    clock.advance(59.999);
    expect(cache.get('a')).toBe('one');
    clock.advance(0.001);
    expect(cache.get('a')).toBeUndefined();
  });

  it('lets the entry that was kept first make room, and no other for one that is kept anew', () => {
    const cache = createExpiringCache<string>(createFixedClock(), { seconds: 60, maxEntries: 2 });
    cache.keep('a', 'one');
    cache.keep('b', 'two');
    cache.keep('a', 'three');
    expect([cache.get('a'), cache.get('b')]).toEqual(['three', 'two']);
    cache.keep('c', 'four');
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['three', undefined, 'four']);
  });
});
