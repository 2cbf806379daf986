import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { beforeAnyWork, failureSaid, requestFailure } from '../../../../lambda/providers/replicate/failure.ts';

const answer = (status: number, body: object, headers = {}) => {
  const text = JSON.stringify(body);
  return { status, headers, text, value: undefined };
};

describe('failureSaid', () => {
  it.each([
    ['input.num_outputs: Must be less than or equal to 4', 'n'],
    ['- input.input_images: Could not be downloaded', 'image'],
    ['- input.prompt: prompt is required', 'prompt'],
    ['- input.go_fast: Must be a boolean', undefined],
  ])('names the field of %j as the contract does', (detail, param) => {
    expect(failureSaid(JSON.stringify({ title: 'Input validation failed', detail })).param).toBe(param);
  });

  it('has nothing to say of a page', () => {
    expect(failureSaid('<html>')).toEqual({});
  });
});

describe('requestFailure', () => {
  const throttled = 'Request was throttled. Your rate limit resets in ~12s.';

  it('reads the end of a limit in its words, in its field, and in the header, which goes first', () => {
    expect(requestFailure(answer(429, { detail: throttled }), 'key')).toMatchObject({
      kind: 'rate_limited',
      retryAfterSeconds: 12,
    });
    expect(requestFailure(answer(429, { detail: throttled, retry_after: 9 }), 'key').retryAfterSeconds).toBe(9);
    const { retryAfterSeconds } = requestFailure(answer(429, { detail: throttled }, { 'retry-after': '3' }), 'key');
    expect(retryAfterSeconds).toBe(3);
  });

  it('takes want of credit for billing, and an unknown model for one that a fallback may have', () => {
    expect(requestFailure(answer(402, { title: 'Insufficient credit' }), 'key')).toMatchObject({
      kind: 'billing',
      message: 'Insufficient credit',
    });
    expect(requestFailure(answer(404, { detail: 'Not found' }), 'key').kind).toBe('unsupported');
  });
});

describe('beforeAnyWork', () => {
  it('turns whatever may have cost something into what can be tried again', () => {
    const lost = new ProviderFailure('unknown_outcome', 'cut', { statusCode: 504 });
    expect(beforeAnyWork(lost)).toMatchObject({ kind: 'overloaded', billed: 'no', statusCode: 504, cause: lost });
    const auth = new ProviderFailure('auth', 'no');
    expect(beforeAnyWork(auth)).toBe(auth);
    const fault = new TypeError('a fault');
    expect(beforeAnyWork(fault)).toBe(fault);
  });
});
