import { describe, expect, it } from 'vitest';
import { submissionHeaders } from '../../../../lambda/http/submission/submission-headers.ts';
import { requestWith } from '../../../support/sample-events.ts';
import { refusalOf } from '../refusal.ts';

const read = (headers: Record<string, string>) => submissionHeaders(requestWith('', headers));

describe('submissionHeaders', () => {
  it.each(['1', '3600', '2592000', ' 60 '])('takes %j seconds for the result to live', (value) => {
    expect(read({ 'x-bf-async-job-result-ttl': value }).resultTtlSeconds).toBe(Number(value));
  });

  it.each(['', '0', '00', '-1', '1.5', '1h', 'NaN', '+60', '1e3', 'default'])(
    'passes over %j as seconds for the result to live, with a warning',
    (value) => {
      const { resultTtlSeconds, warnings } = read({ 'x-bf-async-job-result-ttl': value });
      expect(resultTtlSeconds).toBeUndefined();
      expect(warnings).toMatchObject([{ code: 'ttl_ignored', param: 'x-bf-async-job-result-ttl' }]);
    },
  );

  it.each(['2592001', '99999999999999', '9'.repeat(400)])('refuses %j seconds', async (value) => {
    const param = 'x-bf-async-job-result-ttl';
    expect(await refusalOf(() => read({ [param]: value }))).toMatchObject({ code: 'invalid_value', param });
  });

  it('takes an idempotency key of 1 to 255 visible ASCII characters', async () => {
    for (const key of ['k', '"quoted"', '~'.repeat(255)]) {
      expect(read({ 'Idempotency-Key': key }).idempotencyKey).toBe(key);
    }
    for (const key of ['', ' ']) expect(read({ 'Idempotency-Key': key }).idempotencyKey).toBeUndefined();
    for (const key of ['a b', 'ü', 'x'.repeat(256), 'a\u0000']) {
      const param = 'idempotency-key';
      expect(await refusalOf(() => read({ [param]: key }))).toMatchObject({ code: 'invalid_value', param });
    }
  });

  it('leaves out what was not said', () => {
    expect(read({})).toEqual({ waitSeconds: 0, rawWanted: { request: false, response: false }, warnings: [] });
  });

  it.each(['true', 'TRUE', 'True', '1', 't', 'T', ' true '])('shows raw requests and responses for %j', (yes) => {
    const raw = (request: string, response: string) =>
      read({ 'x-bf-send-back-raw-request': request, 'x-bf-send-back-raw-response': response }).rawWanted;
    expect(raw(yes, 'false')).toEqual({ request: true, response: false });
    expect(raw('yes', yes)).toEqual({ request: false, response: true });
  });

  it('refuses a webhook, as long as there are none', async () => {
    const param = 'x-bf-async-webhook';
    const refusal = await refusalOf(() => read({ 'X-Bf-Async-Webhook': 'orders' }));
    expect(refusal).toMatchObject({ code: 'invalid_value', param });
    expect(refusal.message).toContain('no webhooks');
    for (const none of ['', ' ']) expect(read({ [param]: none }).warnings).toEqual([]);
  });
});
