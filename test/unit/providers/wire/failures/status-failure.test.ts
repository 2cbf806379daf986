import { describe, expect, it } from 'vitest';
import {
  failureOfAnswer,
  kindOfStatus,
  readRetryAfter,
} from '../../../../../lambda/providers/wire/failures/status-failure.ts';

const secret = 'c0ffee-0123-4567';

describe('kindOfStatus', () => {
  it.each([
    [202, 'malformed'],
    [204, 'malformed'],
    [301, 'malformed'],
    [400, 'invalid'],
    [401, 'auth'],
    [402, 'billing'],
    [403, 'auth'],
    [404, 'unsupported'],
    [408, 'unknown_outcome'],
    [409, 'overloaded'],
    [413, 'unsupported'],
    [415, 'invalid'],
    [422, 'invalid'],
    [429, 'rate_limited'],
    [451, 'invalid'],
    [500, 'overloaded'],
    [502, 'overloaded'],
    [503, 'overloaded'],
    [504, 'unknown_outcome'],
    [507, 'overloaded'],
    [520, 'unknown_outcome'],
    [524, 'unknown_outcome'],
    [529, 'overloaded'],
  ])('takes %i for %s', (status, kind) => {
    expect(kindOfStatus(status)).toBe(kind);
  });
});

describe('failureOfAnswer', () => {
  const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers });

  it('carries status, message, param and hint', () => {
    const said = { message: 'Too many images.', param: 'n' };
    expect(failureOfAnswer(answer(429, { 'retry-after': '3' }), said, secret)).toMatchObject({
      kind: 'rate_limited',
      billed: 'no',
      statusCode: 429,
      message: 'Too many images.',
      param: 'n',
      retryAfterSeconds: 3,
    });
  });

  it('believes the body also in whom a refusal shuts out', () => {
    expect(failureOfAnswer(answer(429), {}, secret).limitIs).toBe('model');
    expect(failureOfAnswer(answer(429), { limitIs: 'key' }, secret).limitIs).toBe('key');
    expect(failureOfAnswer(answer(401), {}, secret).limitIs).toBe('key');
    expect(failureOfAnswer(answer(401), { limitIs: 'model' }, secret).limitIs).toBe('model');
  });

  it('believes the body where it knows better than the status', () => {
    expect(failureOfAnswer(answer(429), { kind: 'billing' }, secret).kind).toBe('billing');
  });

  it('has words of its own where the provider has none', () => {
    expect(failureOfAnswer(answer(503), {}, secret).message).toBe('The provider answered 503.');
    expect(failureOfAnswer(answer(502), { message: '<html>Bad gateway</html>' }, secret).message).toBe(
      'The provider answered 502.',
    );
  });

  it('never repeats the credential', () => {
    expect(failureOfAnswer(answer(401), { message: `Key ${secret} is wrong.` }, secret).message).toBe(
      'Key [removed] is wrong.',
    );
  });
});

describe('a hint in the body', () => {
  const hintOf = (headers: Record<string, string>, retryAfterSeconds: number) =>
    failureOfAnswer({ status: 429, headers }, { retryAfterSeconds }, 'secret').retryAfterSeconds;

  it('counts where no header gives one, within the same bounds', () => {
    expect(hintOf({}, 37.5)).toBe(37.5);
    expect(hintOf({}, 9_999_999)).toBe(86_400);
    expect(hintOf({ 'retry-after': '3' }, 37.5)).toBe(3);
  });
});

describe('readRetryAfter', () => {
  const now = Date.UTC(2026, 10, 20, 12);

  it.each([
    [{ 'retry-after': '20' }, 20],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': ' 1.5 ' }, 1.5],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1.5],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2],
    [{ 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30],
    [{ 'retry-after': 'Fri, 20 Nov 2026 11:59:00 GMT' }, 0],
    [{ 'retry-after': '9999999999' }, 86_400],
  ])('reads %j as %d seconds', (headers, seconds) => {
    expect(readRetryAfter(headers, now)).toBe(seconds);
  });

  it("reads a date by the provider's own clock where it shows it", () => {
    const headers = { 'retry-after': 'Fri, 20 Nov 2026 09:00:30 GMT', date: 'Fri, 20 Nov 2026 09:00:00 GMT' };
    expect(readRetryAfter(headers, now)).toBe(30);
  });

  it.each([{}, { 'retry-after': '' }, { 'retry-after': 'soon' }, { 'retry-after': 'NaN' }])('ignores %j', (headers) => {
    expect(readRetryAfter(headers, now)).toBeUndefined();
  });
});
