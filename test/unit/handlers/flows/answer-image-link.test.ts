import { describe, expect, it } from 'vitest';
import { imagePath } from '../../../../lambda/contract/routes.ts';
import { answerImageLink } from '../../../../lambda/handlers/flows/answer-image-link.ts';
import { answerJobQuery } from '../../../../lambda/handlers/flows/answer-job-query.ts';
import { ask, createFlowFixture, jobRequest } from '../../../support/flow-fixture.ts';

async function createFollowing() {
  const fixture = createFlowFixture();
  await fixture.accept();
  const { key } = await fixture.complete();
  const { body } = await ask(answerJobQuery(fixture), jobRequest(fixture.order.id));
  const link = new URL(body.result.data[0].url);
  const follow = (
    over: { readonly method?: string; readonly query?: string; readonly jobs?: typeof fixture.jobs } = {},
  ) =>
    ask(answerImageLink({ ...fixture, jobs: over.jobs ?? fixture.jobs }), {
      method: over.method ?? 'GET',
      resource: imagePath('{job_id}', '{index}' as never),
      pathParameters: { job_id: fixture.order.id, index: '0' },
      calledPath: link.pathname,
      query: over.query ?? link.search.slice(1),
      headers: { 'x-bf-vk': '' },
    });
  return { ...fixture, key, link, follow };
}

describe('answerImageLink', () => {
  it('sends whoever has the link of a result to storage, without a credential', async () => {
    const { follow, key } = await createFollowing();
    const { status, headers, body } = await follow();
    expect([status, body]).toEqual([302, '']);
    expect(headers.location).toBe(`https://storage.example/${key}?method=GET&seconds=900`);
  });

  it('gives HEAD an address for HEAD', async () => {
    const { follow } = await createFollowing();
    expect((await follow({ method: 'HEAD' })).headers.location).toContain('method=HEAD');
  });

  it('reads nothing for a link that is spelled otherwise, or signed by somebody else', async () => {
    const { follow, link, jobs } = await createFollowing();
    const unread = { ...jobs, find: () => Promise.reject(new Error('It was read.')) };
    const forged = `expires=${link.searchParams.get('expires')}&signature=AAAA`;
    for (const query of [`${link.search.slice(1)}&more=1`, forged]) {
      expect((await follow({ query, jobs: unread })).status).toBe(404);
    }
  });
});
