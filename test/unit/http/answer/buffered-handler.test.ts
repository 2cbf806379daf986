import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../lambda/domain/error-code.ts';
import type { EventFields } from '../../../../lambda/domain/telemetry.ts';
import { answerFault } from '../../../../lambda/http/answer/answer-fault.ts';
import type { ApiResponse } from '../../../../lambda/http/answer/api-response.ts';
import { bufferedHandler } from '../../../../lambda/http/answer/buffered-handler.ts';
import { sampleEvent } from '../../../support/sample-events.ts';
import { awsError, scriptedAws } from '../../../support/scripted-aws.ts';

interface Recorded {
  readonly code: string;
  readonly fields: EventFields;
  readonly cause: unknown;
}

async function run(answer: () => Promise<ApiResponse>, allowedOrigins: readonly string[] = [], origin?: string) {
  const records: Recorded[] = [];
  const telemetry = {
    record: (code: string, fields: EventFields, cause?: unknown) => void records.push({ code, fields, cause }),
  };
  const handler = bufferedHandler(answer, answerFault(telemetry), allowedOrigins);
  const result = await handler(
    sampleEvent({ headers: { 'x-request-id': 'r-1', ...(origin && { Origin: origin }) } }),
    {} as Context,
  );
  return { result, records };
}

describe('bufferedHandler', () => {
  it('gives an answer as it is', async () => {
    const { result, records } = await run(async () => ({ status: 200, headers: { a: 'b' }, body: 'ok' }));
    expect(result).toEqual({ statusCode: 200, headers: { a: 'b' }, body: 'ok', isBase64Encoded: false });
    expect(records).toEqual([]);
  });

  it('collects a body that is a stream, wherever its pieces part a letter', async () => {
    const bytes = Buffer.from('"ü"');
    const body = Readable.from([bytes.subarray(0, 2), bytes.subarray(2)]);
    expect((await run(async () => ({ status: 200, headers: {}, body }))).result.body).toBe('"ü"');
  });

  it('lets scripts of an allowed origin read every answer, refusals and faults included', async () => {
    const origin = 'https://app.example';
    const answers: (() => Promise<ApiResponse>)[] = [
      async () => ({ status: 302, headers: { location: 'https://storage.example' }, body: '' }),
      () => Promise.reject(new GatewayError('virtual_key_required', 'Send a key.')),
      () => Promise.reject(new Error('broken')),
    ];
    for (const answer of answers) {
      const { result } = await run(answer, [origin], origin);
      expect(result.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
      const elsewhere = await run(answer, [origin], 'https://other.example');
      expect(elsewhere.result.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('answers a refusal without a word in the log', async () => {
    const { result, records } = await run(() => Promise.reject(new GatewayError('not_found', 'Gone.')));
    expect(result.statusCode).toBe(404);
    expect(JSON.parse(result.body).event_id).toBe('r-1');
    expect(records).toEqual([]);
  });

  it('answers what the gateway has decided to refuse for now with its own time to try again, as no fault', async () => {
    const refusal = new GatewayError('unavailable', 'Too many wait.', { retryAfterSeconds: 42 });
    const { result, records } = await run(() => Promise.reject(refusal));
    expect(result).toMatchObject({ statusCode: 503, headers: { 'retry-after': '42' } });
    expect(records).toEqual([]);
  });

  it('logs the cause of a fault, also where a body breaks off, and shows none of it', async () => {
    const cause = new Error('secret');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{');
      throw cause;
    }
    for (const answer of [
      () => Promise.reject(cause),
      () => Promise.reject(new GatewayError('internal', 'Try again.', { cause })),
      async () => ({ status: 200, headers: {}, body: broken() }),
    ]) {
      const { result, records } = await run(answer);
      expect(result.statusCode).toBe(500);
      expect(result.body).not.toContain('secret');
      expect(records).toMatchObject([{ code: 'request_failed', fields: { requestId: 'r-1', status: 500 }, cause }]);
    }
  });

  it.each([
    ['throttles', 'ThrottlingException', 400, 503],
    ['has broken down', 'InternalServerError', 500, 503],
    ['refuses us', 'AccessDeniedException', 400, 500],
  ])('answers for a store that %s as for what it is', async (_, type, storeStatus, status) => {
    const store = new DynamoDBClient({ ...scriptedAws(() => awsError(type, storeStatus)), maxAttempts: 2 });
    const find = () => store.send(new GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } }));
    const wrapped = () => find().catch((cause: unknown) => Promise.reject(new Error('No object.', { cause })));
    for (const ask of [find, wrapped]) {
      const { result, records } = await run(() => ask().then(() => ({ status: 200, headers: {}, body: 'ok' })));
      expect(result.statusCode).toBe(status);
      expect(result.body).not.toContain('arn:');
      expect(records).toMatchObject([{ code: 'request_failed', fields: { status } }]);
    }
  });

  it('tells when to try again if a store is down', async () => {
    const { result } = await run(() => Promise.reject(new GatewayError('unavailable', 'Try again.')));
    expect(result).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
  });
});
