import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchAnswer, postOf } from './client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { errorOf } from './synchronous-answers.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom({ synchronousSeconds: 0 });
});

afterAll(async () => {
  await darkroom?.stop();
});

const body = { model: 'openai/gpt-image-2', prompt: promptOf('at once, or never') };

describe('a stage without synchronous routes', () => {
  it.each(['generations', 'edits', 'variations'] as const)('has nothing at /v1/images/%s', async (segment) => {
    const asked = await darkroom.client.make(segment, body);
    const stranger = await fetchAnswer(`${darkroom.origin}/v1/images/${segment}`, postOf(body));
    const looked = await darkroom.client.ask(`/v1/images/${segment}`);
    for (const answer of [asked, stranger, looked]) {
      expect(errorOf(answer)).toMatchObject({ status_code: 404, type: 'not_found' });
    }
  });

  it('takes the same asynchronously', async () => {
    expect((await darkroom.client.run('generations', body)).status).toBe('completed');
    expect(darkroom.simulator.ledger.requests()).toHaveLength(1);
  });
});
