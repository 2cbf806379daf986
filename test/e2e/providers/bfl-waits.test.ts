import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imagesOf } from '../client.ts';
import { promptOf, type RunningDarkroom } from '../running-darkroom.ts';
import { klein, startBfl } from './running-bfl.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startBfl();
});

afterAll(async () => {
  await darkroom?.stop();
});

/** The requests for this prompt, of which each may cost money. */
const submitsOf = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

describe('a ticket of bfl', () => {
  it('is waited for by nobody: six jobs of twenty seconds end with two workers of fifteen, one request each', async () => {
    const prompts = Array.from({ length: 6 }, (_, index) => promptOf(`a slow boat, number ${index} [slow:20]`));
    const jobs = await Promise.all(
      prompts.map((prompt) => darkroom.client.run('generations', { model: klein, prompt, size: '512x512' })),
    );
    for (const job of jobs) expect(await imagesOf(job)).toHaveLength(1);
    expect(prompts.map((prompt) => submitsOf(prompt).length)).toEqual(prompts.map(() => 1));
    expect(jobs.map((job) => job.result?.extra_fields.attempts.length)).toEqual(jobs.map(() => 1));
    expect(darkroom.logLines.filter((line) => /timed out|attempt_abandoned/i.test(line))).toEqual([]);
  });
});
