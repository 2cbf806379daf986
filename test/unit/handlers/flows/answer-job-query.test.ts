import { describe, expect, it } from 'vitest';
import { cancel } from '../../../../lambda/domain/jobs/endings.ts';
import { answerJobQuery } from '../../../../lambda/handlers/flows/answer-job-query.ts';
import { ask, createFlowFixture, jobRequest } from '../../../support/flow-fixture.ts';
import { otherKey } from '../../../support/known-callers.ts';
import { noon } from '../../../support/sample-job.ts';
import { onePixelPng } from '../../../support/worker-fixture.ts';

async function createQuery(over: Parameters<ReturnType<typeof createFlowFixture>['accept']>[0] = {}) {
  const fixture = createFlowFixture();
  await fixture.accept(over);
  const query = (headers: Record<string, string> = {}, remainingSeconds?: number) =>
    ask(answerJobQuery(fixture), jobRequest(fixture.order.id, { headers }), remainingSeconds);
  return { ...fixture, query };
}

describe('answerJobQuery', () => {
  it('tells of an open job where and when to look again', async () => {
    const { query, order } = await createQuery();
    const { status, headers, body } = await query();
    expect(status).toBe(202);
    expect(body).toMatchObject({ id: order.id, status: 'pending' });
    expect(headers.location).toBe(`https://a.example/prod/v1/async/images/generations/${order.id}`);
    expect(headers['retry-after']).toBe('20');
    expect(headers).not.toHaveProperty('preference-applied');
  });

  it('shows the images of a completed one as signed links, or in base64 from the store', async () => {
    const linked = await createQuery();
    await linked.complete();
    const { status, body } = await linked.query();
    expect(status).toBe(200);
    expect(body.result.data[0].url).toMatch(/^https:\/\/a\.example\/prod\/v1\/images\/content\/.*signature=/);
    const inline = await createQuery({ responseFormat: 'b64_json' });
    await inline.complete();
    expect((await inline.query()).body.result.data[0].b64_json).toBe(onePixelPng.toString('base64'));
  });

  it('shows what was kept of the provider’s wire, or that it was not', async () => {
    const fixture = await createQuery({ rawWanted: { request: true, response: false } });
    await fixture.complete();
    const { warnings } = (await fixture.query()).body.result.extra_fields;
    expect(warnings).toMatchObject([{ code: 'raw_omitted', param: 'raw_request' }]);
  });

  it.each([
    ['as long as the caller prefers', 'wait=10', 300, 10],
    ['as long as the stage grants', 'wait=20', 300, 15],
    ['as long as the function has time, but for its answer', 'wait=60', 14, 8],
  ])('holds the answer back %s', async (_, prefer, remainingSeconds, expected) => {
    const { query, clock } = await createQuery();
    const { status, headers } = await query({ prefer }, remainingSeconds);
    expect([status, headers['preference-applied']]).toEqual([202, `wait=${expected}`]);
    expect(clock.now()).toBe(noon + expected * 1000);
  });

  it('answers as soon as the job has ended', async () => {
    const { jobs, clock, order, query, ...fixture } = await createQuery();
    const find = async (id: string) => {
      const job = await jobs.find(id);
      if (job && clock.now() > noon) await jobs.apply(id, cancel(job, clock.now()));
      return jobs.find(id);
    };
    const held = answerJobQuery({ ...fixture, clock, jobs: { ...jobs, find } });
    const { status, body } = await ask(held, jobRequest(order.id, { headers: { prefer: 'wait=20' } }));
    expect([status, body.status]).toEqual([200, 'cancelled']);
    expect(clock.now()).toBeLessThan(noon + 20_000);
  });

  it('knows nothing of another owner’s job, nor of another operation’s', async () => {
    const fixture = await createQuery();
    expect((await fixture.query({ 'x-bf-vk': otherKey })).status).toBe(404);
    const edit = jobRequest(fixture.order.id, { resource: '/v1/async/images/edits/{job_id}' });
    expect((await ask(answerJobQuery(fixture), edit)).body.error.code).toBe('not_found');
  });
});
