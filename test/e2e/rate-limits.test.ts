import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageJob } from '../../lambda/contract/job.ts';
import type { LedgerEntry } from '../../local/vendors/request-log.ts';
import { type Client, createClient, locationOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

/** What some of the vendors take with one key: 180 a minute, but counted by a window that slides over five seconds. */
const rateLimit = { requests: 15, seconds: 5 };

/** One vendor for each test, all of one wire. */
const vendors = [
  { name: 'learned', wire: 'openai', rateLimit },
  { name: 'configured', wire: 'openai', rateLimit },
  { name: 'pool', wire: 'openai' },
  { name: 'twice', wire: 'openai', rateLimit },
] as const;
type Vendor = (typeof vendors)[number]['name'];

const keyTexts = {
  pool: '[{"key":"sk-invalid","weight":100},{"key":"sk-second"}]',
  twice: '[{"key":"sk-third"},{"key":"sk-fourth"}]',
};

let darkroom: RunningDarkroom;

beforeAll(async () => {
  const models = [{ model: 'gpt-image-2', sizes: ['1024x1024'] }];
  darkroom = await startDarkroom(
    {},
    {
      vendors,
      keyTexts,
      stageFor: ({ baseUrl }) => ({
        compatibleServers: Object.fromEntries(
          vendors.map(({ name }) => [
            name,
            {
              baseUrl: baseUrl(name),
              models,
              responseFormat: 'none',
              ...(name === 'configured' ? { requestsPerMinute: 100 } : {}),
            },
          ]),
        ),
      }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

/** A burst of jobs that need no long drawing, as they ended. */
async function burst(client: Client, vendor: Vendor, name: string, count: number): Promise<readonly ImageJob[]> {
  const all = Array.from({ length: count }, async (_, index) => {
    const prompt = promptOf(`[plain] ${name} ${index}`);
    return ended(client, locationOf(await client.submit('generations', { model: `${vendor}/gpt-image-2`, prompt })));
  });
  return Promise.all(all);
}

async function ended(client: Client, location: string): Promise<ImageJob> {
  const path = new URL(location).pathname;
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await new Promise((go) => setTimeout(go, 300))) {
    const job = (await client.ask(path)).job();
    if (job.status !== 'pending' && job.status !== 'processing') return job;
  }
  throw new Error(`The job at ${location} is still open.`);
}

const lastEnd = (jobs: readonly ImageJob[]) => Math.max(...jobs.map((job) => Date.parse(job.completed_at ?? '')));
const statusesOf = (jobs: readonly ImageJob[]) => [...new Set(jobs.map(({ status }) => status))];
const refusedOf = (requests: readonly LedgerEntry[]) => requests.filter(({ status }) => status === 429);

/** The most that the vendor took in any span of its window. */
function maxTaken(requests: readonly LedgerEntry[]): number {
  const taken = requests.filter(({ charged }) => charged).map(({ at }) => Date.parse(at));
  const within = (from: number) => taken.filter((at) => at >= from && at < from + rateLimit.seconds * 1000 - 50).length;
  return Math.max(...taken.map(within));
}

describe('processJob, with a provider that limits the rate', () => {
  it('learns the rate from the first refusals, fails no job, and lets a second owner have its turns', async () => {
    const { origin, client, simulator, newKey } = darkroom;
    const other = createClient(origin, await newKey('second'));
    const first = burst(client, 'learned', 'of the first', 60);
    await new Promise((go) => setTimeout(go, 1000));
    const second = burst(other, 'learned', 'of the second', 4);
    const [firstJobs, secondJobs] = await Promise.all([first, second]);
    const requests = simulator.ledger.requests({ vendor: 'learned' });
    expect(statusesOf([...firstJobs, ...secondJobs])).toEqual(['completed']);
    expect(lastEnd(secondJobs)).toBeLessThan(lastEnd(firstJobs) - 3000);
    expect(maxTaken(requests)).toBeLessThanOrEqual(rateLimit.requests);
    // The first few are those that were under way when the first refusal came.
    const refused = refusedOf(requests);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(20);
  });

  it('is never refused at the rate that the stage says', async () => {
    expect(statusesOf(await burst(darkroom.client, 'configured', 'within the limit', 20))).toEqual(['completed']);
    expect(refusedOf(darkroom.simulator.ledger.requests({ vendor: 'configured' }))).toEqual([]);
  });
});

describe('processJob, with a pool of keys', () => {
  it('completes every job with the other key where one is refused, and raises one alarm', async () => {
    const { simulator, client, logLines } = darkroom;
    const jobs = [...(await burst(client, 'pool', 'to find out', 1)), ...(await burst(client, 'pool', 'and on', 10))];
    expect(statusesOf(jobs)).toEqual(['completed']);
    const attempts = jobs.map((job) => job.result?.extra_fields.attempts.map(({ outcome }) => outcome).join(', '));
    const refused = simulator.ledger.requests({ vendor: 'pool' }).filter(({ status }) => status === 401);
    expect(refused).toHaveLength(1);
    expect(attempts.filter((outcomes) => outcomes === 'auth, succeeded')).toHaveLength(1);
    expect(attempts.filter((outcomes) => outcomes === 'succeeded')).toHaveLength(10);
    expect(logLines.filter((line) => line.includes('"code":"key_in_cooldown"'))).toHaveLength(1);
  });

  it('moves on to the next key at a 429, and so has the rate of both', async () => {
    expect(statusesOf(await burst(darkroom.client, 'twice', 'for two keys', 24))).toEqual(['completed']);
    const charges = darkroom.simulator.ledger.charges({ vendor: 'twice' });
    expect(new Set(charges.map(({ authorization }) => authorization)).size).toBe(2);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('"code":"gate_closed"'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
    const keys = ['sk-invalid', 'sk-second', 'sk-third', 'sk-fourth'];
    expect(keys.filter((key) => darkroom.logLines.some((line) => line.includes(key)))).toEqual([]);
  });
});
