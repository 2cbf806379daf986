import { describe, expect, it } from 'vitest';
import { errorBodySchema, errorTable } from '../../../../lambda/contract/errors.ts';
import { type ErrorCode, GatewayError } from '../../../../lambda/domain/error-code.ts';
import { jsonResponse, redirectResponse } from '../../../../lambda/http/answer/api-response.ts';
import { errorResponse } from '../../../../lambda/http/answer/error-response.ts';

const bodyOf = (response: { body: unknown }) => JSON.parse(response.body as string);

describe('errorResponse', () => {
  it.each(Object.keys(errorTable) as ErrorCode[])('answers %s with its status and the one error body', (code) => {
    const response = errorResponse(new GatewayError(code, 'Why.', { param: 'size' }), 'r-1');
    expect(response.status).toBe(errorTable[code].status);
    expect(bodyOf(response)).toEqual({
      event_id: 'r-1',
      type: code,
      is_bifrost_error: true,
      status_code: errorTable[code].status,
      error: { type: errorTable[code].class, code, message: 'Why.', param: 'size', event_id: 'r-1' },
      extra_fields: {},
    });
    expect(errorBodySchema.safeParse(bodyOf(response)).success).toBe(true);
  });

  it.each([[new Error('secret sk-bf-1')], ['secret'], [undefined], [{ code: 'not_found', message: 'secret' }]])(
    'says nothing of the fault %j',
    (fault) => {
      const response = errorResponse(fault, 'r-1');
      expect(response.status).toBe(500);
      expect(bodyOf(response)).toMatchObject({ type: 'internal', error: { code: 'internal', event_id: 'r-1' } });
      expect(response.body).not.toContain('secret');
    },
  );

  it('keeps the cause of a refusal to itself', () => {
    const error = new GatewayError('unavailable', 'Try again.', { cause: new Error('arn:aws:dynamodb') });
    expect(errorResponse(error, 'r').body).not.toContain('arn');
  });

  it('bears the request id and is kept by no cache', () => {
    expect(errorResponse(new GatewayError('not_found', 'm'), 'r-1').headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': 'r-1',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('tells when to try again for a 429 and a 503 alone, and the methods for a 405 alone', () => {
    const context = { retryAfterSeconds: 1.2, allow: ['GET', 'POST'], details: { provider: 'p' } };
    const of = (code: ErrorCode) => errorResponse(new GatewayError(code, 'm'), 'r', context);
    expect(of('rate_limited').headers['retry-after']).toBe('2');
    expect(of('unavailable').headers['retry-after']).toBe('2');
    expect(of('unavailable').headers).not.toHaveProperty('allow');
    expect(of('method_not_allowed').headers.allow).toBe('GET, POST');
    expect(of('not_found').headers).not.toHaveProperty('retry-after');
    expect(bodyOf(of('not_found')).extra_fields).toEqual({ provider: 'p' });
  });
});

describe('errorResponse, of a request whose job goes on', () => {
  const job = { id: 'j-1', operation: 'edit' } as const;
  const named = { 'x-darkroom-job-id': 'j-1', location: 'https://a.example/v1/async/images/edits/j-1' };

  it.each([
    ['the refusal', new GatewayError('unavailable', 'm', { job }), {}],
    ['whoever answers a fault', new Error('a bug'), { job }],
  ])('names the job that %s knows of, and keeps clients from a second one', (_, error, known) => {
    const response = errorResponse(error, 'r', { origin: 'https://a.example', ...known });
    expect(response.headers).toMatchObject({ ...named, 'x-should-retry': 'false' });
    expect(bodyOf(response).extra_fields).toEqual({ job_id: 'j-1' });
  });

  it('lets no client try again by itself that might pay twice', () => {
    const response = errorResponse(new GatewayError('unavailable', 'm', { mayRetry: false }), 'r');
    expect(response.headers['x-should-retry']).toBe('false');
  });
});

describe('jsonResponse', () => {
  it('writes a value as JSON, kept by no cache and taken for no other type', () => {
    expect(jsonResponse(202, 'r', { value: { a: 'ü' } }, { location: '/x' })).toEqual({
      status: 202,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-request-id': 'r',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        location: '/x',
      },
      body: '{"a":"ü"}',
    });
  });
});

describe('redirectResponse', () => {
  it('sends elsewhere without a body', () => {
    const response = redirectResponse('r', 'https://a.example/x');
    expect(response).toMatchObject({ status: 302, body: '', headers: { location: 'https://a.example/x' } });
    expect(response.headers).not.toHaveProperty('content-type');
  });
});
