import { describe, expect, it } from 'vitest';
import { readImageLink } from '../../../lambda/http/image-link.ts';
import { readApiRequest } from '../../../lambda/http/request/api-request.ts';
import { sampleEvent } from '../../support/sample-events.ts';

const jobId = '3f2f6a52-1111-4a5b-8c3d-000000000001';
const own = `/v1/images/content/${jobId}/1`;
const query = 'expires=1795205248&signature=good';

const read = (calledPath: string, asked: string | undefined = query, pathParameters = { job_id: jobId, index: '1' }) =>
  readImageLink(
    readApiRequest(
      sampleEvent({
        resource: '/v1/images/content/{job_id}/{index}',
        pathParameters,
        calledPath,
        query: asked,
      }),
    ),
  );

describe('readImageLink', () => {
  it.each([own, `/prod${own}`, `/pictures/eu${own}`])('reads the parts of %s', (path) => {
    expect(read(path)).toEqual({ jobId, index: '1', expires: '1795205248', signature: 'good' });
  });

  it.each([
    `/prod/v1/images/con%74ent/${jobId}/1`,
    `/prod/%76%31/images/content/${jobId}/1`,
    `/prod/v1/images/content/%33${jobId.slice(1)}/1`,
    `/prod/v1/images/content/${jobId}/%31`,
    `/prod${own}/`,
    `/prod/${own}`,
    `//prod${own}`,
    `/prod//v1/images/content/${jobId}/1`,
    `/prod/v1//images/content/${jobId}/1`,
    `/pr%6fd${own}`,
    `/prod/.${own}`,
    `/x/../prod${own}`,
    `/${own}`,
    `x${own}`,
    `/prod/V1/images/content/${jobId}/1`,
  ])('takes %s for no link', (path) => {
    expect(read(path)).toBeUndefined();
  });

  it.each([
    '',
    'expires=1795205248',
    'signature=good',
    `expires=1&${query}`,
    `${query}&expires=1795205248`,
    `${query}&signature=good`,
    `signature=&${query}`,
    `${query}&x=1`,
    `${query}&x`,
    `${query}&=`,
    `${query}&__proto__=1`,
    `Expires=1&${query}`,
    'EXPIRES=1795205248&signature=good',
  ])('takes the query %j for no link', (asked) => {
    expect(read(`/prod${own}`, asked)).toBeUndefined();
  });

  it.each([
    [`%33${jobId.slice(1)}`, '1'],
    [jobId, '%31'],
  ])('takes %s/%s for no link where its escapes come as they were sent', (id, index) => {
    expect(read(`/prod/v1/images/content/${id}/${index}`, query, { job_id: id, index })).toBeUndefined();
  });

  it('takes an address without a query for no link', () => {
    const event = sampleEvent({
      resource: '/v1/images/content/{job_id}/{index}',
      pathParameters: { job_id: jobId, index: '1' },
      calledPath: `/prod${own}`,
    });
    expect(readImageLink(readApiRequest(event))).toBeUndefined();
  });
});
