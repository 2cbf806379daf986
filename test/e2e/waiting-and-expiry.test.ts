import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { fetchAnswer, imagesOf, locationOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
const ttl = 'x-bf-async-job-result-ttl';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom({ resultTtlSeconds: 7200 });
});

afterAll(async () => {
  await darkroom?.stop();
});

const secondsBetween = (from: string | undefined, to: string | undefined): number =>
  (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;

const submit = (prompt: string, headers: Record<string, string> = {}) =>
  darkroom.client.submit('generations', { model, prompt: promptOf(prompt) }, headers);

describe.concurrent('getJob', () => {
  it('lets a job expire by the TTL of its request, else of the stage, counted from its end', async () => {
    const [asked, silent] = await Promise.all([
      darkroom.client.run('generations', { model, prompt: promptOf('for a month') }, { [ttl]: '2592000' }),
      darkroom.client.run('generations', { model, prompt: promptOf('for as long as usual') }),
    ]);
    expect(secondsBetween(asked.completed_at, asked.expires_at)).toBe(2_592_000);
    expect(secondsBetween(silent.completed_at, silent.expires_at)).toBe(7200);
  });

  it('forgets a job and its links at expires_at, and not before', async () => {
    const accepted = await submit('gone in fifteen seconds', { [ttl]: '15' });
    const { job } = await darkroom.client.ended(locationOf(accepted));
    expect(secondsBetween(job.completed_at, job.expires_at)).toBe(15);
    const expiresAt = Date.parse(job.expires_at ?? '');
    const link = job.result?.data[0]?.url ?? '';

    expect((await fetchAnswer(link)).status).toBe(200);
    expect((await darkroom.client.ended(locationOf(accepted))).job).toMatchObject({ status: 'completed' });

    await delay(expiresAt - Date.now());
    const path = new URL(locationOf(accepted)).pathname;
    const [again, image] = await Promise.all([darkroom.client.ask(path), fetchAnswer(link)]);
    expect(again.status).toBe(404);
    expect(image.status).toBe(404);
    expect([again, image].map((answer) => errorBodySchema.parse(answer.json()).type)).toEqual(
      Array(2).fill('not_found'),
    );
  });

  it('forgets a failed job as well', async () => {
    const accepted = await submit('refused and forgotten [fail:refuse]', { [ttl]: '10' });
    const { job } = await darkroom.client.ended(locationOf(accepted));
    expect(job.status).toBe('failed');
    await delay(Date.parse(job.expires_at ?? '') - Date.now());
    expect((await darkroom.client.ask(new URL(locationOf(accepted)).pathname)).status).toBe(404);
  });
});

describe.concurrent('waitForEnd', () => {
  it('holds a POST back until the job has ended, and answers as GET would', async () => {
    const answer = await submit('while you wait', { prefer: 'wait=20' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    const job = answer.job();
    await imagesOf(job);
    const again = await darkroom.client.ask(`/v1/async/images/generations/${job.id}`);
    expect(again.job()).toEqual(job);
  });

  it('gives a POST its 202 when the time is over', async () => {
    const startedAt = performance.now();
    const answer = await submit('too slow to wait for [slow:30]', { prefer: 'wait=8' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(7990);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('preference-applied')).toBe('wait=8');
    expect((await darkroom.client.ended(locationOf(answer))).job.status).toBe('completed');
  });

  it('holds a GET back likewise', async () => {
    const accepted = await submit('asked for once [slow:8]');
    expect(accepted.status).toBe(202);
    const { pathname } = new URL(locationOf(accepted));
    expect((await darkroom.client.ask(pathname)).status).toBe(202);
    const answer = await darkroom.client.ask(pathname, { headers: { prefer: 'respond-async, wait=20' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    expect(answer.job().status).toBe('completed');
  });

  it('answers at once where nobody asked it to wait', async () => {
    const answer = await submit('asked without patience [slow:8]');
    expect(answer.status).toBe(202);
    expect(answer.headers.get('preference-applied')).toBeNull();
    const open = await darkroom.client.ask(new URL(locationOf(answer)).pathname);
    expect(open.status).toBe(202);
    expect(locationOf(open)).toBe(locationOf(answer));
    expect(Number(open.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await darkroom.client.ended(locationOf(answer));
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
