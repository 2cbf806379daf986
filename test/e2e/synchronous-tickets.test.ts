import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locationOf } from './client.ts';
import { fastMotion, promisesOf } from './provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { errorOf, resultOf, shouldRetryOf } from './synchronous-answers.ts';

let darkroom: RunningDarkroom;

/** The models that are polled behind a ticket. */
const models = [
  ['bfl', 'bfl/flux-2-klein-9b'],
  ['replicate', 'replicate/black-forest-labs/flux-schnell'],
  ['fal', 'fal/fal-ai/flux/dev'],
] as const;

beforeAll(async () => {
  darkroom = await startDarkroom({
    ...fastMotion,
    ...{ modelTimeoutSeconds: 8, processJobTimeoutSeconds: 12 },
    ...{ synchronousSeconds: 8, deadlineSeconds: 60, maxSynchronousPerOwner: 20 },
  });
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);
const submitsOf = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

describe.each(models)('POST /v1/images/generations, by %s', (provider, model) => {
  it('waits for the ticket in place', async () => {
    const prompt = promptOf(`a ticket of ${provider} [slow:2]`);
    const result = resultOf(await darkroom.client.make('generations', { model, prompt }));
    expect(result.extra_fields).toMatchObject({ provider, attempts: [{ outcome: 'succeeded', billed: 'yes' }] });
    expect(result.data[0]).not.toHaveProperty('b64_json');
    expect(submitsOf(prompt)).toHaveLength(1);
  });

  it('goes on by the queue where the ticket outlives the limit', async () => {
    const prompt = promptOf(`a long ticket of ${provider} [slow:11]`);
    const answer = await darkroom.client.make('generations', { model, prompt });
    expect(errorOf(answer)).toMatchObject({ status_code: 504, type: 'deadline_exceeded' });
    expect(shouldRetryOf(answer)).toBe('false');
    const { job } = await darkroom.client.ended(locationOf(answer));
    expect(job.result?.extra_fields.attempts).toMatchObject([{ outcome: 'succeeded', billed: 'yes' }]);
    expect(submitsOf(prompt)).toHaveLength(1);
  });
});

describe('POST /v1/images/generations, by a model behind a ticket', () => {
  it('is the completed event alone as a stream, with a warning', async () => {
    const [, model] = models[0];
    const answer = await darkroom.client.make('generations', { model, prompt: promptOf('a ticket'), stream: true });
    const events = answer.bytes
      .toString()
      .split('\n\n')
      .filter((event) => !event.startsWith(':') && event !== '');
    expect(events).toHaveLength(1);
    const [, data = ''] = /^event: image_generation\.completed\ndata: (.*)$/.exec(events[0] ?? '') ?? [];
    expect(JSON.parse(data)).toMatchObject({
      type: 'image_generation.completed',
      extra_fields: { provider: 'bfl', warnings: [{ code: 'stream_without_partials' }] },
    });
  });

  it('answers what moderation refuses behind the ticket', async () => {
    const [, model] = models[1];
    const prompt = promptOf('[fail:refuse] behind a ticket');
    const answer = await darkroom.client.make('generations', { model, prompt });
    expect(errorOf(answer)).toMatchObject({ status_code: 422, type: 'content_refused', is_bifrost_error: false });
  });
});

describe('the functions', () => {
  promises.leavesNothingSecretInTheLogs();
});
