import { describe, expect, it } from 'vitest';
import { knownKey } from '../../../support/known-callers.ts';
import { noon } from '../../../support/sample-job.ts';
import { createSynchronousPath } from '../../../support/synchronous-path.ts';
import { inVirtualTime } from '../../../support/virtual-time.ts';
import { type Act, deliverImages, failWith } from '../../../support/worker-fixture.ts';

const ownKey = 'sk-proj-12345678';
const both = { authorization: `Bearer ${ownKey}`, 'x-bf-vk': knownKey };
const passThrough = { providers: ['openai'] };

/** Notes the key of each request. */
const noting =
  (keys: string[], then: Act = deliverImages()): Act =>
  (call, model) => {
    keys.push(call.apiKey);
    return then(call, model);
  };

const inTime = <Result>(story: () => Promise<Result>) => inVirtualTime(noon, 1000, story);

describe("a provider's own key", () => {
  it('makes the request, and is nowhere in the answer', () =>
    inTime(async () => {
      const keys: string[] = [];
      const { ask, events } = createSynchronousPath([noting(keys)], { passThrough });
      const answer = await ask({}, both);
      expect([answer.status, keys]).toEqual([200, [ownKey]]);
      expect(JSON.stringify([answer, events])).not.toContain(ownKey);
    }));

  it('is ignored where the stage passes none through, like any dummy', () =>
    inTime(async () => {
      const keys: string[] = [];
      const { ask } = createSynchronousPath([noting(keys)]);
      expect((await ask({}, both)).status).toBe(200);
      expect(keys).toEqual(['provider-key']);
    }));

  it('is refused with a 502 that no client repeats by itself', () =>
    inTime(async () => {
      const { ask } = createSynchronousPath([failWith('auth', 'No such key.', { statusCode: 401 })], { passThrough });
      const answer = await ask({}, both);
      expect(answer).toMatchObject({ status: 502, headers: { 'x-should-retry': 'false' } });
      expect(JSON.parse(answer.text).error).toMatchObject({
        code: 'provider_auth',
        message: 'The provider refused the key that the request brought: No such key.',
      });
    }));

  it("lets a client repeat what a key of the stage's was refused for", () =>
    inTime(async () => {
      const { ask } = createSynchronousPath([failWith('auth', 'No such key.', { statusCode: 401 })], { passThrough });
      const answer = await ask();
      expect(answer.status).toBe(502);
      expect(answer.headers).not.toHaveProperty('x-should-retry');
    }));

  it('is refused for a provider that the stage does not pass it to', () =>
    inTime(async () => {
      const { ask, asked } = createSynchronousPath([], { passThrough: { providers: ['xai'] } });
      const answer = await ask({}, both);
      expect([answer.status, JSON.parse(answer.text).error.code, asked]).toEqual([400, 'unsupported_operation', []]);
    }));

  it('needs a virtual key beside it, unless the stage names one', () =>
    inTime(async () => {
      const { ask } = createSynchronousPath([], { passThrough });
      const { authorization } = both;
      expect((await ask({}, { authorization })).status).toBe(401);
    }));
});
