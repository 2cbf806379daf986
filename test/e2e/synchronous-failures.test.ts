import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorTable } from '../../lambda/contract/errors.ts';
import type { ErrorCode } from '../../lambda/domain/error-code.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { errorOf, isReplayed, jobIdOf, keyed, shouldRetryOf } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom({ maxSynchronousPerOwner: 20 });
});

afterAll(async () => {
  await darkroom?.stop();
});

interface Ruin {
  readonly fault: string;
  readonly code: ErrorCode;
  readonly outcomes: readonly string[];
  /** Whether a client that tries again by itself pays for nothing twice. */
  readonly mayRetry: boolean;
}

const ruins: readonly Ruin[] = [
  { fault: '400', code: 'invalid_request', outcomes: ['invalid no'], mayRetry: true },
  { fault: '404', code: 'unsupported_operation', outcomes: ['unsupported no'], mayRetry: true },
  { fault: 'refuse', code: 'content_refused', outcomes: ['refused unknown'], mayRetry: false },
  { fault: '401', code: 'provider_auth', outcomes: ['auth no'], mayRetry: true },
  { fault: 'quota', code: 'provider_error', outcomes: ['billing no'], mayRetry: true },
  { fault: '500', code: 'provider_error', outcomes: Array(3).fill('overloaded no'), mayRetry: true },
  { fault: '504', code: 'provider_timeout', outcomes: Array(2).fill('unknown_outcome unknown'), mayRetry: false },
  { fault: 'cut', code: 'provider_timeout', outcomes: Array(2).fill('unknown_outcome unknown'), mayRetry: false },
  { fault: 'html', code: 'provider_error', outcomes: Array(2).fill('malformed unknown'), mayRetry: false },
];

describe.concurrent('POST /v1/images/generations, where no provider delivers', () => {
  it.each(ruins)(
    'answers $fault as $code; a client may try again by itself: $mayRetry',
    async ({ fault, code, outcomes, mayRetry }) => {
      const prompt = promptOf(`ruined at once [fail:${fault}]`);
      const key = keyed(randomUUID());
      const answer = await darkroom.client.make('generations', { model, prompt }, key);
      const body = errorOf(answer);
      expect(body).toMatchObject({
        type: code,
        status_code: errorTable[code].status,
        is_bifrost_error: false,
        event_id: answer.headers.get('x-request-id'),
        error: { code, type: errorTable[code].class },
        extra_fields: { provider: 'openai', model_requested: model, request_type: 'image_generation' },
      });
      const attempts = body.extra_fields.attempts ?? [];
      expect(attempts.map(({ outcome, billed }) => `${outcome} ${billed}`)).toEqual(outcomes);
      expect(shouldRetryOf(answer)).toBe(mayRetry ? null : 'false');
      expect(isReplayed(answer)).toBe(false);

      const job = (await darkroom.client.ask(`/v1/async/images/generations/${jobIdOf(answer)}`)).job();
      expect(job).toMatchObject({ status: 'failed', error: body });
      // What is replayed would be replayed for ever.
      const again = await darkroom.client.make('generations', { model, prompt }, key);
      expect([again.status, jobIdOf(again), isReplayed(again)]).toEqual([answer.status, jobIdOf(answer), true]);
      expect(shouldRetryOf(again)).toBe('false');
      expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(outcomes.length);
    },
  );

  it("carries the first candidate's failure where its fallback fails too", async () => {
    const prompt = promptOf('nobody can, at once [fail:404]');
    const fallbacks = ['openai/gpt-image-2.5-flare'];
    const answer = await darkroom.client.make('generations', { model, prompt, fallbacks });
    expect(errorOf(answer)).toMatchObject({ type: 'unsupported_operation', extra_fields: { model_requested: model } });
    expect(errorOf(answer).extra_fields.attempts?.map((attempt) => attempt.model)).toEqual([
      'gpt-image-2',
      'gpt-image-2.5-flare',
    ]);
  });
});
