import { describe, expect, it } from 'vitest';
import { answerCancellation } from '../../../../lambda/handlers/flows/answer-cancellation.ts';
import { ask, createFlowFixture, jobRequest } from '../../../support/flow-fixture.ts';
import { otherKey } from '../../../support/known-callers.ts';
import { onePixelPng } from '../../../support/worker-fixture.ts';

async function createCancelling(over: Parameters<ReturnType<typeof createFlowFixture>['accept']>[0] = {}) {
  const fixture = createFlowFixture();
  await fixture.accept(over);
  const cancel = (headers: Record<string, string> = {}) =>
    ask(answerCancellation(fixture), jobRequest(fixture.order.id, { method: 'POST', action: '/cancel', headers }));
  return { ...fixture, cancel };
}

describe('answerCancellation', () => {
  it('cancels an open job and shows it as it then is', async () => {
    const { cancel, jobs, order } = await createCancelling();
    const { status, headers, body } = await cancel();
    expect([status, body.status, body.status_code]).toEqual([200, 'cancelled', 499]);
    expect(headers).not.toHaveProperty('retry-after');
    expect((await jobs.find(order.id))?.status).toBe('cancelled');
  });

  it('shows a job that had already ended with its images', async () => {
    const fixture = await createCancelling();
    await fixture.complete();
    const { status, body } = await fixture.cancel();
    expect([status, body.status]).toEqual([200, 'completed']);
    expect(body.result.data[0].url).toContain('https://a.example/prod/v1/images/content/');
  });

  it('shows of it what a GET would: images in base64 from the store, and what became of the provider’s wire', async () => {
    const rawWanted = { request: true, response: false };
    const fixture = await createCancelling({ responseFormat: 'b64_json', rawWanted });
    await fixture.complete();
    const { result } = (await fixture.cancel()).body;
    expect(result.data[0].b64_json).toBe(onePixelPng.toString('base64'));
    expect(result.extra_fields.warnings).toMatchObject([{ code: 'raw_omitted', param: 'raw_request' }]);
  });

  it('knows nothing of another owner’s job, which goes on', async () => {
    const { cancel, jobs, order } = await createCancelling();
    expect((await cancel({ 'x-bf-vk': otherKey })).body.error.code).toBe('not_found');
    expect((await jobs.find(order.id))?.status).toBe('pending');
  });
});
