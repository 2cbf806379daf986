import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { burst, cancelAll, type LimitedStack, leftReserved, openLimits, submitOne } from '../support/limit-rounds.ts';
import { createClient } from './client.ts';

/** `npm run bench:limits` does the same with 500 submissions, twenty times. */
const atOnce = 100;
const room = 20;
const testTimeout = 180_000;

let darkroom: LocalDarkroom;
let stack: LimitedStack;

beforeAll(async () => {
  // No job ends by itself meanwhile: what is open is what was accepted.
  darkroom = await runLocally({
    port: 0,
    bundle: bundledFunctions,
    latencySeconds: 250,
    stage: { onBacklog: 'accept' },
    log: () => undefined,
  });
  stack = openLimits(darkroom.stack);
  // The first one starts the functions.
  await submitOne(stack, await stack.newKey({ maxOpenJobs: 1, rateLimits: [] }));
});

afterAll(async () => {
  stack?.close();
  await darkroom?.stop();
});

describe(`${atOnce} submissions at once`, () => {
  it(
    `are ${room} jobs on a rate of ${room}, and their headers say how it stands`,
    async () => {
      const key = await stack.newKey({ maxOpenJobs: 1000, rateLimits: [{ requests: room, period: '1d' }] });
      const { accepted, refused } = await burst(stack, key, atOnce);
      expect([accepted.length, refused.length]).toEqual([room, atOnce - room]);
      for (const headers of refused) {
        expect(headers.get('ratelimit-policy')).toBe(`"1d";q=${room};w=86400`);
        expect(headers.get('ratelimit')).toBe(`"1d";r=0;t=${headers.get('retry-after')}`);
      }
      await cancelAll(key, accepted);
      expect(await leftReserved(stack, key)).toBe(0);
      const usage = await stack.usage.find(key.id);
      expect(usage?.counts.find(({ period }) => period === '1d')?.requests).toBe(room);
    },
    testTimeout,
  );

  it(
    `are ${room} jobs on ${room} open ones, and as many again when those have ended`,
    async () => {
      const key = await stack.newKey({ maxOpenJobs: room, rateLimits: [] });
      const first = await burst(stack, key, atOnce);
      expect([first.accepted.length, first.refused.length]).toEqual([room, atOnce - room]);
      expect((await stack.usage.find(key.id))?.open).toHaveLength(room);
      await cancelAll(key, first.accepted);
      expect(await leftReserved(stack, key)).toBe(0);
      const second = await burst(stack, key, room + 5);
      expect([second.accepted.length, second.refused.length]).toEqual([room, 5]);
      await cancelAll(key, second.accepted);
    },
    testTimeout,
  );
});

describe('a limited key', () => {
  it('is told of its limits with each job, and of none with a job that it had before', async () => {
    const key = await stack.newKey({ maxOpenJobs: 2, rateLimits: [{ requests: 7, period: '1M' }] });
    const { headers } = await submitOne(stack, key);
    expect(headers.get('ratelimit-policy')).toMatch(/^"1M";q=7;w=\d+$/);
    expect(headers.get('ratelimit')).toMatch(/^"1M";r=6;t=\d+$/);
    const client = createClient(stack.origin, key.text);
    const keyed = () =>
      client.submit(
        'generations',
        { model: 'openai/gpt-image-2', prompt: 'a pier' },
        { 'idempotency-key': 'limited-key-1' },
      );
    expect((await keyed()).headers.get('ratelimit')).toMatch(/^"1M";r=5;/);
    const again = await keyed();
    expect([again.status, again.headers.get('ratelimit')]).toEqual([202, null]);
    const refused = await client.submit('generations', { model: 'openai/gpt-image-2', prompt: 'a buoy' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(refused.json()).toMatchObject({ type: 'rate_limited', error: { type: 'rate_limit_error' } });
  });
});
