import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../lambda/domain/error-code.ts';
import { rateLimitStatus } from '../../../../lambda/domain/usage/usage.ts';
import { errorResponse } from '../../../../lambda/http/answer/error-response.ts';
import { limitHeaders } from '../../../../lambda/http/answer/limit-headers.ts';

const noon = Date.UTC(2026, 1, 20, 12);
const march = Date.UTC(2026, 2, 1);

describe(limitHeaders, () => {
  it('states quota and window of each limit, and what remains of it for how long', () => {
    const now = noon + 17_600;
    const rateLimits = [
      rateLimitStatus({ limit: { requests: 600, period: '1m' }, used: 1, resetsAt: noon + 60_000 }, now),
      rateLimitStatus({ limit: { requests: 5000, period: '1M' }, used: 5000, resetsAt: march }, now),
    ];
    expect(limitHeaders({ rateLimits })).toEqual({
      'ratelimit-policy': '"1m";q=600;w=60, "1M";q=5000;w=2419200',
      ratelimit: `"1m";r=599;t=43, "1M";r=0;t=${(march - noon) / 1000 - 17}`,
    });
  });

  it('promises no less than nothing where a limit was lowered', () => {
    const lowered = { limit: { requests: 5, period: '1m' }, used: 9, resetsAt: noon + 60_000 } as const;
    expect(limitHeaders({ rateLimits: [rateLimitStatus(lowered, noon)] }).ratelimit).toBe('"1m";r=0;t=60');
  });

  it('says nothing where there is no limit', () => {
    expect(limitHeaders({ rateLimits: [] })).toEqual({});
    expect(limitHeaders(undefined)).toEqual({});
  });

  it('stands in a refusal that was made by the limits', () => {
    const limit = { requests: 1, period: '1m' } as const;
    const rateLimits = [rateLimitStatus({ limit, used: 1, resetsAt: noon + 60_000 }, noon)];
    const refusal = new GatewayError('rate_limited', 'No.', { retryAfterSeconds: 60, limits: { rateLimits } });
    expect(errorResponse(refusal, 'r-1', { retryAfterSeconds: 60 }).headers).toMatchObject({
      'retry-after': '60',
      ratelimit: '"1m";r=0;t=60',
    });
  });

  it('states a budget in US dollars, and the seconds until its next window', () => {
    const budget = { micros: 50_000_000, period: '1M' } as const;
    expect(limitHeaders({ rateLimits: [], budget: { budget, remaining: 37_399_999, resetSeconds: 42 } })).toEqual({
      ...{ 'x-budget-limit': '50', 'x-budget-remaining': '37.399999', 'x-budget-reset': '42' },
    });
  });

  it('stands with what to wait for in a refusal that was made by a budget', () => {
    const budget = { budget: { micros: 1, period: '1M' }, remaining: 0, resetSeconds: 42 } as const;
    const refusal = new GatewayError('budget_exceeded', 'No.', { limits: { rateLimits: [], budget } });
    const { status, headers } = errorResponse(refusal, 'r-1', { retryAfterSeconds: 42 });
    expect(status).toBe(402);
    expect(headers).toMatchObject({ 'retry-after': '42', 'x-budget-limit': '0.000001', 'x-budget-remaining': '0' });
    expect(errorResponse(refusal, 'r-1').headers).not.toHaveProperty('retry-after');
  });
});
