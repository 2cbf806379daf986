import { describe, expect, it } from 'vitest';
import type { ImageParameters } from '../../../lambda/domain/generation.ts';
import { type Act, createWorkerFixture, deliverImages } from '../../support/worker-fixture.ts';

const asked: ImageParameters = { quality: 'high', background: 'opaque' };

async function resultOf(parameters: ImageParameters, act: Act, resume: Act[] = []) {
  const submission = { operation: 'generation', prompt: 'a boat', n: 1, parameters, extra: {} } as const;
  const fixture = createWorkerFixture([act], { order: { submission: { in: 'item', submission } }, resume });
  await fixture.accept();
  await fixture.process();
  fixture.clock.advance(7);
  if (resume.length > 0) await fixture.process({}, { hop: 1 });
  const job = await fixture.job();
  if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
  return job.result;
}

const saying =
  (said: { quality: string; background: string }): Act =>
  async (call, model) => {
    const answer = await deliverImages()(call, model);
    return answer.status === 'finished' ? { ...answer, ...said } : answer;
  };

describe('the result of a request', () => {
  it('tells quality and background as they were sent, and by which name the provider was asked', async () => {
    const result = await resultOf(asked, deliverImages());
    expect(result).toMatchObject({ ...asked, model: 'gpt-image-2', deployment: 'deployed-gpt-image-2' });
  });

  it('believes the provider of both, where it says what it used', async () => {
    const said = { quality: 'medium', background: 'transparent' };
    expect(await resultOf(asked, saying(said))).toMatchObject(said);
  });

  it('says nothing of them where the choice was left to the model', async () => {
    const result = await resultOf({}, deliverImages());
    expect(result).not.toHaveProperty('quality');
    expect(result).not.toHaveProperty('background');
  });

  it('tells them behind a ticket, too', async () => {
    const wait: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 7 });
    expect(await resultOf(asked, wait, [deliverImages()])).toMatchObject({
      ...asked,
      deployment: 'deployed-gpt-image-2',
    });
  });
});
