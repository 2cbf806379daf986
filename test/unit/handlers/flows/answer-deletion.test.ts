import { describe, expect, it } from 'vitest';
import { answerDeletion } from '../../../../lambda/handlers/flows/answer-deletion.ts';
import { answerJobQuery } from '../../../../lambda/handlers/flows/answer-job-query.ts';
import { ask, createFlowFixture, jobRequest } from '../../../support/flow-fixture.ts';
import { otherKey } from '../../../support/known-callers.ts';

async function createDeleting() {
  const fixture = createFlowFixture();
  await fixture.accept();
  await fixture.complete();
  const remove = (headers: Record<string, string> = {}) =>
    ask(answerDeletion(fixture), jobRequest(fixture.order.id, { method: 'DELETE', headers }));
  return { ...fixture, remove, query: () => ask(answerJobQuery(fixture), jobRequest(fixture.order.id)) };
}

describe('answerDeletion', () => {
  it('says only that it was done, and then nobody finds the job or its images', async () => {
    const { remove, query, images } = await createDeleting();
    const { status, headers, body } = await remove({ 'x-request-id': 'r-1' });
    expect([status, body, headers['x-request-id']]).toEqual([204, '', 'r-1']);
    expect(images.objects.size).toBe(0);
    expect((await query()).status).toBe(404);
  });

  it('knows nothing of another owner’s job, which stays', async () => {
    const { remove, query, images } = await createDeleting();
    expect((await remove({ 'x-bf-vk': otherKey })).body.error.code).toBe('not_found');
    expect(images.objects.size).toBe(1);
    expect((await query()).status).toBe(200);
  });
});
