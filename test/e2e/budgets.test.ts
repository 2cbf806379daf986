import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import type { UsageView } from '../../lambda/contract/usage.ts';
import { usdOf } from '../../lambda/domain/money/micros.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import {
  burst,
  cancelAll,
  type LimitedKey,
  type LimitedStack,
  openLimits,
  submitOne,
} from '../support/limit-rounds.ts';
import { createClient } from './client.ts';

const [rounds, atOnce, room] = [20, 500, 100];

async function startStack(latencySeconds: number) {
  const settings = { port: 0, bundle: bundledFunctions, latencySeconds, log: () => undefined };
  const darkroom = await runLocally({ ...settings, stage: { onBacklog: 'accept' } });
  return { darkroom, stack: openLimits(darkroom.stack) };
}

/** What one submission reserves, once the functions have started. */
async function reservedByOne(stack: LimitedStack): Promise<number> {
  const key = await stack.newKey({ maxOpenJobs: 1, rateLimits: [] });
  await submitOne(stack, key);
  const usage = await stack.usage.find(key.id);
  return usage?.sums.find(({ period }) => period === '1M')?.micros ?? 0;
}

async function usageOf({ origin }: LimitedStack, { text }: LimitedKey): Promise<UsageView> {
  const answer = await fetch(`${origin}/v1/usage`, { headers: { authorization: `Bearer ${text}` } });
  return (await answer.json()) as UsageView;
}

describe(`${atOnce} submissions at once in a budget for ${room}`, () => {
  let darkroom: LocalDarkroom;
  let stack: LimitedStack;
  let reserved: number;
  beforeAll(async () => {
    // No job ends by itself meanwhile: what is reserved is what was accepted.
    ({ darkroom, stack } = await startStack(250));
    reserved = await reservedByOne(stack);
  });
  afterAll(async () => {
    stack?.close();
    await darkroom?.stop();
  });

  const newKey = () =>
    stack.newKey({
      ...{ maxOpenJobs: 1000, rateLimits: [] },
      budgets: [{ micros: room * reserved, period: '1M' }],
    });

  it(`are ${room} jobs, each of ${rounds} times`, async () => {
    expect(reserved).toBeGreaterThan(0);
    for (let round = 0; round < rounds; round += 1) {
      const key = await newKey();
      const { accepted, refused } = await burst(stack, key, atOnce);
      expect([accepted.length, refused.length], `round ${round}`).toEqual([room, atOnce - room]);
      for (const headers of refused) {
        expect(headers.get('x-budget-limit')).toBe(String(usdOf(room * reserved)));
        expect(Number(headers.get('x-budget-remaining'))).toBeLessThan(usdOf(reserved));
        expect(headers.get('x-budget-reset')).toBe(headers.get('retry-after'));
      }
      const usage = await stack.usage.find(key.id);
      expect(usage?.open.reduce((sum, { micros }) => sum + micros, 0)).toBe(room * reserved);
    }
  }, 600_000);

  it('leave nothing reserved once their jobs have ended', async () => {
    const key = await newKey();
    const { accepted } = await burst(stack, key, room + 5);
    await cancelAll(key, accepted);
    await expect.poll(async () => (await stack.usage.find(key.id))?.open.length, { timeout: 60_000 }).toBe(0);
    const { budgets } = await usageOf(stack, key);
    expect(budgets).toMatchObject([{ reserved_usd: 0 }]);
  }, 180_000);
});

describe('a key with a budget', () => {
  let darkroom: LocalDarkroom;
  let stack: LimitedStack;
  beforeAll(async () => {
    ({ darkroom, stack } = await startStack(0));
  });
  afterAll(async () => {
    stack?.close();
    await darkroom?.stop();
  });

  it('sees with each answer what is left, and in the end just what its jobs have cost', async () => {
    const reserved = await reservedByOne(stack);
    const key = await stack.newKey({ budgets: [{ micros: 10_000_000, period: '1d' }] });
    const client = createClient(stack.origin, key.text);
    const submission = { model: 'openai/gpt-image-2', prompt: 'a lighthouse', n: 1, size: '1024x1024' };
    const { status, headers } = await client.submit('generations', submission);
    expect(status).toBe(202);
    expect(headers.get('x-budget-limit')).toBe('10');
    expect(headers.get('x-budget-remaining')).toBe(String(usdOf(10_000_000 - reserved)));
    const { job } = await client.ended(headers.get('location') ?? '');
    const cost = job.result?.extra_fields.cost_usd;
    expect(cost).toBeGreaterThan(0);
    await expect.poll(async () => (await stack.usage.find(key.id))?.open, { timeout: 60_000 }).toEqual([]);
    const { owner, budgets, spend } = await usageOf(stack, key);
    expect(owner).toBe(key.id);
    expect(budgets).toMatchObject([{ period: '1d', limit_usd: 10, committed_usd: cost, reserved_usd: 0 }]);
    expect(spend.find(({ period }) => period === '1M')).toMatchObject({
      usd: cost,
      models: [{ model: 'openai/gpt-image-2', usd: cost }],
    });
  }, 180_000);

  it('is refused with what it may cost and what is left', async () => {
    const key = await stack.newKey({ budgets: [{ micros: 1, period: '1h' }] });
    const client = createClient(stack.origin, key.text);
    const refused = await client.submit('generations', { model: 'openai/gpt-image-2', prompt: 'a buoy' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([402, null]);
    expect(refused.json()).toMatchObject({ type: 'budget_exceeded', error: { param: 'budgets' } });
    expect(refused.headers.get('x-budget-remaining')).toBe('0.000001');
  });
});
