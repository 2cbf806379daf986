import { describe, expect, it } from 'vitest';
import { usageSchema } from '../../../../lambda/contract/usage.ts';
import { answerUsageQuery } from '../../../../lambda/handlers/flows/answer-usage-query.ts';
import { sampleKey, sampleLimits } from '../../../support/api-fixture.ts';
import { ask, createFlowFixture } from '../../../support/flow-fixture.ts';
import { knownKey } from '../../../support/known-callers.ts';

function createQuery() {
  const fixture = createFlowFixture();
  const virtualKeys = { find: async () => sampleKey() };
  const settings = { defaultLimits: sampleLimits };
  const flow = answerUsageQuery({ ...fixture, virtualKeys, settings });
  const query = (text = '') =>
    ask(flow, { method: 'GET', resource: '/v1/usage', headers: { 'x-bf-vk': knownKey }, query: text });
  return { ...fixture, query };
}

describe(answerUsageQuery, () => {
  it('shows a caller its own usage in the contract’s fields', async () => {
    const { query, usage, clock } = createQuery();
    const reservation = { nonce: 'n', jobId: 'j', at: clock.now(), micros: 210_000 };
    await usage.reserve('vk_1', reservation, sampleLimits);
    const { status, body } = await query();
    expect(status).toBe(200);
    expect(usageSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ object: 'usage', owner: 'vk_1', open_jobs: 1, budgets: [] });
    expect(body.last_used_at).toBe(new Date(clock.now()).toISOString());
    expect(body.spend.map((each: { reserved_usd: number }) => each.reserved_usd)).toEqual([
      ...[0.21, 0.21, 0.21, 0.21, 0.21],
    ]);
  });

  it.each([
    ['owner=vk_2', 403, 'admin_required', 'owner'],
    ['owner=', 400, 'invalid_value', 'owner'],
    [`owner=${'x'.repeat(513)}`, 400, 'invalid_value', 'owner'],
    ['owner=vk_1&owner=vk_2', 400, 'invalid_value', 'owner'],
    ['owners=vk_1', 400, 'invalid_value', 'owners'],
  ])('refuses the query %s', async (text, status, code, param) => {
    const answer = await createQuery().query(text);
    expect([answer.status, answer.body.error.code, answer.body.error.param]).toEqual([status, code, param]);
  });
});
