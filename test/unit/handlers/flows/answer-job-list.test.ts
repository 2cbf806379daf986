import { describe, expect, it } from 'vitest';
import { jobListSchema } from '../../../../lambda/contract/job.ts';
import type { JobListQuery, JobPage, ListedJob } from '../../../../lambda/domain/jobs/lists/job-lists.ts';
import { answerJobList } from '../../../../lambda/handlers/flows/answer-job-list.ts';
import { cursorOf } from '../../../../lambda/http/lists/job-cursor.ts';
import { ask, createFlowFixture } from '../../../support/flow-fixture.ts';
import { knownKey } from '../../../support/known-callers.ts';
import { noon } from '../../../support/sample-job.ts';

const place = { createdAt: noon, id: '3f2f6a52-1111-4a5b-8c3d-000000000001' };
const base = { ...place, owner: 'vk_1', operation: 'edit', requestId: 'request-1' } as const;
const ended = { completedAt: noon + 9000, expiresAt: noon + 3609_000 };

function createList(page: JobPage = { jobs: [] }) {
  const fixture = createFlowFixture();
  const asked: { readonly owner: string; readonly query: JobListQuery }[] = [];
  const jobLists = {
    async page(owner: string, query: JobListQuery) {
      asked.push({ owner, query });
      return page;
    },
  };
  const flow = answerJobList({ ...fixture, jobLists });
  const list = (text = '') =>
    ask(flow, { method: 'GET', resource: '/v1/async/images', headers: { 'x-bf-vk': knownKey }, query: text });
  return { list, asked, now: fixture.clock.now() };
}

const listed = async (job: ListedJob) => {
  const { body } = await createList({ jobs: [job] }).list();
  expect(jobListSchema.parse(body)).toEqual(body);
  return body.data[0];
};

describe(answerJobList, () => {
  it('asks for the newest twenty of the caller’s jobs, as of now', async () => {
    const { list, asked, now } = createList();
    const { status, body } = await list();
    expect([status, body]).toEqual([200, { object: 'list', data: [] }]);
    expect(asked).toEqual([{ owner: 'vk_1', query: { limit: 20, now } }]);
  });

  it('asks for what the query says', async () => {
    const { list, asked, now } = createList({ jobs: [], next: place });
    const { body } = await list(`status=failed&operation=edits&limit=100&owner=vk_1&cursor=${cursorOf(place)}`);
    expect(body).toEqual({ object: 'list', data: [], next_cursor: cursorOf(place) });
    const query = { status: 'failed', operation: 'edit', limit: 100, after: place, now };
    expect(asked).toEqual([{ owner: 'vk_1', query }]);
  });

  it('shows open jobs without an end, and completed ones without their result', async () => {
    const head = { id: base.id, request_id: 'request-1', created_at: '2026-11-20T12:00:00.000Z', operation: 'edit' };
    expect(await listed({ ...base, status: 'processing' })).toEqual({ ...head, status: 'processing' });
    expect(await listed({ ...base, ...ended, status: 'completed' })).toEqual({
      ...{ ...head, status: 'completed', status_code: 200 },
      ...{ completed_at: '2026-11-20T12:00:09.000Z', expires_at: '2026-11-20T13:00:09.000Z' },
    });
  });

  it('shows the error of a job without a result', async () => {
    const warning = { code: 'param_dropped', param: 'seed', message: 'Not sent.' } as const;
    const failure = { code: 'invalid_image', message: 'No image.', param: 'image', warnings: [warning] } as const;
    const failed = await listed({ ...base, ...ended, status: 'failed', failure });
    expect(failed).toMatchObject({ status: 'failed', status_code: 400 });
    expect(failed.error).toMatchObject({
      ...{ event_id: 'request-1', type: 'invalid_image', is_bifrost_error: true, status_code: 400 },
      error: { code: 'invalid_image', message: 'No image.', param: 'image' },
      extra_fields: { request_type: 'image_edit', warnings: [warning] },
    });
    const refused = { code: 'content_refused', message: 'No.', provider: 'openai', warnings: [] } as const;
    expect(await listed({ ...base, ...ended, status: 'cancelled', failure: refused })).toMatchObject({
      ...{ status: 'cancelled', status_code: 422 },
      error: { is_bifrost_error: false, extra_fields: { provider: 'openai', request_type: 'image_edit' } },
    });
  });

  it.each([
    ['owner=vk_2', 403, 'admin_required', 'owner'],
    ['owner=', 400, 'invalid_value', 'owner'],
    ['status=done', 400, 'invalid_value', 'status'],
    ['status=', 400, 'invalid_value', 'status'],
    ['status=failed&status=completed', 400, 'invalid_value', 'status'],
    ['operation=toString', 400, 'invalid_value', 'operation'],
    ['operation=Edit', 400, 'invalid_value', 'operation'],
    ['limit=0', 400, 'invalid_value', 'limit'],
    ['limit=101', 400, 'invalid_value', 'limit'],
    ['limit=2.5', 400, 'invalid_value', 'limit'],
    ['limit=1e2', 400, 'invalid_value', 'limit'],
    ['limit=', 400, 'invalid_value', 'limit'],
    ['cursor=', 400, 'invalid_value', 'cursor'],
    ['cursor=none', 400, 'invalid_value', 'cursor'],
    ['page=2', 400, 'invalid_value', 'page'],
  ])('refuses the query %s, and reads nothing', async (text, status, code, param) => {
    const { list, asked } = createList();
    const answer = await list(text);
    expect([answer.status, answer.body.error.code, answer.body.error.param]).toEqual([status, code, param]);
    expect(asked).toEqual([]);
  });
});
