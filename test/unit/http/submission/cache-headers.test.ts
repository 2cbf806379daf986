import { describe, expect, it } from 'vitest';
import { cacheHeaders } from '../../../../lambda/http/submission/cache-headers.ts';
import { requestWith } from '../../../support/sample-events.ts';
import { refusalOf } from '../refusal.ts';

const read = (headers: Record<string, string>) => cacheHeaders(requestWith('', headers));
const keyed = (over: Record<string, string>) => read({ 'x-bf-cache-key': 'k', ...over });

describe('cacheHeaders', () => {
  it('takes a key of 1 to 255 visible ASCII characters, for five minutes by default', () => {
    for (const key of ['k', '~'.repeat(255)]) {
      expect(read({ 'X-Bf-Cache-Key': key })).toEqual({ cache: { key, ttlSeconds: 300, store: true }, warnings: [] });
    }
  });

  it.each([{}, { 'x-bf-cache-key': ' ' }, { 'x-bf-cache-ttl': '60', 'x-bf-cache-no-store': 'true' }])(
    'takes no part with %j',
    (headers) => {
      expect(read(headers)).toEqual({ warnings: [] });
    },
  );

  it.each(['two words', 'ü', 'k'.repeat(256)])('refuses the key %j', async (key) => {
    const param = 'x-bf-cache-key';
    expect(await refusalOf(() => read({ [param]: key }))).toMatchObject({ code: 'invalid_value', param });
  });

  it.each([
    ['60', 60],
    ['30s', 30],
    ['5m', 300],
    ['1h30m', 5400],
    ['1.5h', 5400],
    ['1500ms', 2],
    [' 720h ', 2_592_000],
  ])('takes %j for the answer to live', (value, seconds) => {
    expect(keyed({ 'x-bf-cache-ttl': value }).cache?.ttlSeconds).toBe(seconds);
  });

  it.each(['0', '0s', '-5', '5 minutes', '1d', 'm5', '1.s', '1e3', 'forever'])(
    'passes over %j, with a warning',
    (value) => {
      const { cache, warnings } = keyed({ 'x-bf-cache-ttl': value });
      expect(cache?.ttlSeconds).toBe(300);
      expect(warnings).toMatchObject([{ code: 'ttl_ignored', param: 'x-bf-cache-ttl' }]);
    },
  );

  it.each(['2592001', '721h', '9'.repeat(400)])('refuses %j', async (value) => {
    const param = 'x-bf-cache-ttl';
    expect(await refusalOf(() => keyed({ [param]: value }))).toMatchObject({ code: 'invalid_value', param });
  });

  it('takes the direct cache, and says of the semantic one that there is none yet', async () => {
    const param = 'x-bf-cache-type';
    expect(keyed({ [param]: 'Direct' }).cache).toBeDefined();
    const refusal = await refusalOf(() => keyed({ [param]: 'semantic' }));
    expect(refusal).toMatchObject({ code: 'invalid_value', param });
    expect(refusal.message).toContain('yet');
    expect(await refusalOf(() => keyed({ [param]: 'both' }))).toMatchObject({ code: 'invalid_value', param });
  });

  it('stores nothing where that is wanted', () => {
    expect(keyed({ 'x-bf-cache-no-store': 'true' }).cache?.store).toBe(false);
    expect(keyed({ 'x-bf-cache-no-store': 'no' }).cache?.store).toBe(true);
  });
});
