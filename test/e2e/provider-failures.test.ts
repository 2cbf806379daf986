import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorTable } from '../../lambda/contract/errors.ts';
import type { ImageJob } from '../../lambda/contract/job.ts';
import type { ErrorCode } from '../../lambda/domain/error-code.ts';
import { imagesOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
const fallback = 'openai/gpt-image-2.5-flare';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(async () => {
  await darkroom?.stop();
});

const attemptsOf = (job: ImageJob) => (job.result ?? job.error)?.extra_fields.attempts ?? [];

/** What the vendor itself says it was asked and charged for a prompt. */
function vendorSays(prompt: string) {
  const { ledger } = darkroom.simulator;
  return { requests: ledger.requests({ prompt }).length, charges: ledger.charges({ prompt }).length };
}

const succeeded = { outcome: 'succeeded', billed: 'yes' };

// The simulator fails on demand: by a marker in the prompt, with `x2` for the first two requests only. Jobs wait for
// their providers side by side, since each has a prompt of its own.
describe.concurrent('processJob, where the provider fails and then delivers', () => {
  it('completes the job in the third try after two errors of the provider', async () => {
    const prompt = promptOf('busy at first [fail:500x2]');
    const job = await darkroom.client.run('generations', { model, prompt });
    expect(await imagesOf(job)).toHaveLength(1);
    const failed = { outcome: 'overloaded', status_code: 500, billed: 'no' };
    expect(attemptsOf(job)).toMatchObject([failed, failed, succeeded]);
    expect(vendorSays(prompt)).toEqual({ requests: 3, charges: 1 });
  });

  it('completes the job after a 429, no sooner than the provider said', async () => {
    const prompt = promptOf('slow down [fail:429x1]');
    const job = await darkroom.client.run('generations', { model, prompt });
    expect(await imagesOf(job)).toHaveLength(1);
    const [first, second] = attemptsOf(job);
    expect(first).toMatchObject({ outcome: 'rate_limited', status_code: 429, billed: 'no' });
    expect(second).toMatchObject(succeeded);
    const refusedAt = Date.parse(first?.started_at ?? '') + (first?.latency ?? 0);
    expect(Date.parse(second?.started_at ?? '') - refusedAt).toBeGreaterThanOrEqual(2000);
  });

  it.each(['cut', 'cut_body', 'truncated', 'wrong_image', 'html', 'empty'])(
    'completes the job by its one further request after an answer that was spoilt: %s',
    async (fault) => {
      const prompt = promptOf(`spoilt once [fail:${fault}x1]`);
      const job = await darkroom.client.run('generations', { model, prompt });
      expect(await imagesOf(job)).toHaveLength(1);
      const outcome = expect.stringMatching(/^(unknown_outcome|malformed)$/);
      expect(attemptsOf(job)).toMatchObject([{ outcome, billed: 'unknown' }, succeeded]);
      expect(vendorSays(prompt).requests).toBe(2);
    },
  );

  it('completes the job by its fallback after an unknown outcome too', async () => {
    const prompt = promptOf('a connection cut, and another model [fail:cutx1]');
    const job = await darkroom.client.run('generations', { model, prompt, fallbacks: [fallback] });
    expect(job.result?.model).toBe(fallback);
    expect(attemptsOf(job)).toMatchObject([
      { model: 'gpt-image-2', outcome: 'unknown_outcome', billed: 'unknown' },
      { model: 'gpt-image-2.5-flare', ...succeeded },
    ]);
    // The vendor had made the image that nobody received: `unknown` was the truth.
    expect(vendorSays(prompt)).toEqual({ requests: 2, charges: 2 });
  });
});

interface Ruin {
  readonly fault: string;
  readonly code: ErrorCode;
  readonly attempts: readonly { readonly outcome: string; readonly status_code?: number; readonly billed: string }[];
}

const ruins: readonly Ruin[] = [
  { fault: 'refuse', code: 'content_refused', attempts: [{ outcome: 'refused', status_code: 400, billed: 'unknown' }] },
  { fault: '400', code: 'invalid_request', attempts: [{ outcome: 'invalid', status_code: 400, billed: 'no' }] },
  { fault: '401', code: 'provider_auth', attempts: [{ outcome: 'auth', status_code: 401, billed: 'no' }] },
  { fault: 'quota', code: 'provider_error', attempts: [{ outcome: 'billing', status_code: 429, billed: 'no' }] },
  {
    fault: '500',
    code: 'provider_error',
    attempts: Array(3).fill({ outcome: 'overloaded', status_code: 500, billed: 'no' }),
  },
  {
    fault: '504',
    code: 'provider_timeout',
    attempts: Array(2).fill({ outcome: 'unknown_outcome', status_code: 504, billed: 'unknown' }),
  },
  {
    fault: 'cut',
    code: 'provider_timeout',
    attempts: Array(2).fill({ outcome: 'unknown_outcome', billed: 'unknown' }),
  },
  { fault: 'html', code: 'provider_error', attempts: Array(2).fill({ outcome: 'malformed', billed: 'unknown' }) },
  {
    fault: 'empty',
    code: 'provider_error',
    attempts: Array(2).fill({ outcome: 'malformed', status_code: 200, billed: 'unknown' }),
  },
];

describe.concurrent('processJob, where no provider delivers', () => {
  it.each(ruins)(
    'fails the job as $code after $fault, and shows what may have been paid',
    async ({ fault, code, attempts }) => {
      const prompt = promptOf(`ruined [fail:${fault}]`);
      const job = await darkroom.client.run('generations', { model, prompt });
      const { status } = errorTable[code];
      expect(job).toMatchObject({ status: 'failed', status_code: status });
      expect(job.result).toBeUndefined();
      expect(job.error).toMatchObject({
        type: code,
        status_code: status,
        is_bifrost_error: false,
        event_id: job.request_id,
        error: { code, type: errorTable[code].class },
        extra_fields: { provider: 'openai', model_requested: model, request_type: 'image_generation' },
      });
      expect(attemptsOf(job)).toMatchObject(attempts);
      expect(vendorSays(prompt).requests).toBe(attempts.length);
    },
  );

  it("carries the first candidate's failure where its fallback fails too", async () => {
    const prompt = promptOf('nobody can [fail:404]');
    const job = await darkroom.client.run('generations', { model, prompt, fallbacks: [fallback] });
    expect(job.error?.error.code).toBe('unsupported_operation');
    expect(job.error?.extra_fields.model_requested).toBe(model);
    expect(attemptsOf(job)).toMatchObject([
      { model: 'gpt-image-2', outcome: 'unsupported' },
      { model: 'gpt-image-2.5-flare', outcome: 'unsupported' },
    ]);
  });

  it('asks no fallback after a refusal, unless the stage says so', async () => {
    const prompt = promptOf('not even elsewhere [fail:refuse]');
    const job = await darkroom.client.run('generations', { model, prompt, fallbacks: [fallback] });
    expect(job.error?.error.code).toBe('content_refused');
    expect(attemptsOf(job)).toHaveLength(1);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('attempt_failed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
