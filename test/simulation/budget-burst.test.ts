import { describe, expect, it } from 'vitest';
import { weathers } from './faults.ts';
import { type ClientPlan, clientPlan, type StagePlan, stagePlan } from './plans.ts';
import { runWorld } from './world.ts';

const submissions = 500;
const jobsInBudget = 100;
const priceOfSwift = 40_000;
const owner = 'vk_ada';

/** A stage on which one owner has a budget for a hundred images, in a kind of weather. */
function stageIn(seed: number, weatherName: string): StagePlan {
  const weather = weathers.map(([, each]) => each).find(({ name }) => name === weatherName);
  if (!weather) throw new Error(`There is no weather ${weatherName}.`);
  const limits = {
    maxOpenJobs: 1000,
    rateLimits: [],
    budgets: [{ micros: jobsInBudget * priceOfSwift, period: '1d' }],
  };
  return {
    ...{ ...stagePlan(seed), weather, blocked: undefined, bucketClosed: undefined, onBacklog: 'accept' },
    ...{ deadlineSeconds: 1800, maxConcurrency: 20, spreadSeconds: 1, mood: 'kind', onUnknownOutcome: 'retry' },
    limits: { [owner]: limits },
  } as StagePlan;
}

/** All at once, each of a client that asks for one image and does nothing else. */
const burst =
  (seed: number, stage: StagePlan) =>
  (number: number): ClientPlan => ({
    ...clientPlan(seed, number, stage),
    ...{ owner, model: 'alpha/swift', fallbacks: [], images: 1, mood: 'kind', operation: 'generation', inputsAt: [] },
    ...{ submitsAt: number / submissions, coldStartSeconds: 0, doors: ['asynchronous'], hangsUpAfter: undefined },
    ...{ idempotencyKey: undefined, sendsAgainAfter: [], reusesKeyAfterDays: undefined, waitSeconds: 0 },
    ...{ pollsEvery: 30, cancelsAfter: undefined, deletes: undefined },
  });

const clients = Array.from({ length: submissions }, (_, at) => at + 1);

async function spendIn(seed: number, weather: string) {
  const stage = stageIn(seed, weather);
  const { broken, jobs, ends, account, events } = await runWorld({
    seed,
    clients,
    cast: { stage, planOf: burst(seed, stage) },
  });
  expect(broken).toBeUndefined();
  return { jobs, ends, account, events };
}

describe('five hundred submissions at once on a budget for a hundred', () => {
  it.each([1, 2, 3])('are exactly a hundred jobs in calm weather (world %i)', async (seed) => {
    const { jobs, ends, account } = await spendIn(seed, 'calm');
    expect([jobs, ends.get('completed')]).toEqual([jobsInBudget, jobsInBudget]);
    expect(account).toMatchObject({ settled: jobsInBudget * priceOfSwift, openReservations: 0 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'never cost more, whatever functions and workers are killed (world %i)',
    async (seed) => {
      const { ends, account } = await spendIn(seed, seed % 2 === 0 ? 'storm' : 'crashes');
      // A job that fails for nothing leaves its room to another, so that there may be more jobs, but no more images.
      expect(ends.get('completed')).toBeLessThanOrEqual(jobsInBudget);
      expect(account.known.charged + account.unknown.charged).toBeLessThanOrEqual(jobsInBudget * priceOfSwift);
      expect(account).toMatchObject({ settled: account.known.spent + account.unknown.spent, openReservations: 0 });
      expect(account.known.charged).toBe(account.known.spent);
    },
  );
});
