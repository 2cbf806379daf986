import { describe, expect, it } from 'vitest';
import {
  deletedFileSchema,
  type FileView,
  fileListSchema,
  fileSchema,
} from '../../../../lambda/contract/files/file.ts';
import { type FileRouteId, fileRoutes } from '../../../../lambda/contract/routes/file-routes.ts';
import { answerFileRequest } from '../../../../lambda/handlers/flows/answer-file-request.ts';
import { createFileFixture } from '../../../support/file-fixture.ts';
import { ask } from '../../../support/flow-fixture.ts';
import { otherKey } from '../../../support/known-callers.ts';
import type { EventFacts } from '../../../support/sample-events.ts';
import { onePixelPng } from '../../../support/worker-fixture.ts';
import { formBody, formType } from '../../http/sample-forms.ts';

function createFiles() {
  const fixture = createFileFixture({ bytes: 100_000_000 });
  const flow = answerFileRequest(fixture);
  const answer = (id: FileRouteId, facts: EventFacts & { readonly fileId?: string } = {}) => {
    const { fileId, ...rest } = facts;
    const { method, path: resource } = fileRoutes.find((route) => route.id === id) ?? { method: '', path: '' };
    return ask(flow, { method, resource, ...(fileId ? { pathParameters: { file_id: fileId } } : {}), ...rest });
  };
  const upload = () =>
    answer('create-file', {
      body: formBody([['file', onePixelPng, 'dot.png']]),
      headers: { 'content-type': formType() },
    });
  const announce = (over: object = {}) => {
    const body = { filename: 'big.jpg', bytes: 50_000_000, content_type: 'image/jpeg', ...over };
    return answer('create-file', { body: JSON.stringify(body) });
  };
  return { ...fixture, answer, upload, announce };
}

const seconds = Math.floor(createFileFixture().clock.now() / 1000);

describe(answerFileRequest, () => {
  it('uploads a file by form, shows, lists and deletes it', async () => {
    const { answer, upload } = createFiles();
    const made = await upload();
    const file: FileView = {
      ...{ id: made.body.id, object: 'file', bytes: onePixelPng.length, filename: 'dot.png', purpose: 'vision' },
      ...{ created_at: seconds, expires_at: seconds + 86_400, status: 'uploaded' },
    };
    expect([made.status, fileSchema.parse(made.body)]).toEqual([201, file]);
    expect(await answer('show-file', { fileId: file.id })).toMatchObject({ status: 200, body: file });
    const { body } = await answer('list-files');
    expect(fileListSchema.parse(body)).toEqual({
      ...{ object: 'list', data: [file], first_id: file.id, last_id: file.id, has_more: false },
    });
    const deleted = await answer('delete-file', { fileId: file.id });
    expect([deleted.status, deletedFileSchema.parse(deleted.body)]).toEqual([
      200,
      { id: file.id, object: 'file', deleted: true },
    ]);
    expect(await answer('show-file', { fileId: file.id })).toMatchObject({ status: 404 });
    expect((await answer('list-files')).body).toEqual({ object: 'list', data: [], has_more: false });
  });

  it('announces a file with the form to upload it by, which no later answer shows', async () => {
    const { answer, announce } = createFiles();
    const { status, body } = await announce();
    const { upload, ...file } = fileSchema.parse(body);
    expect([status, file.status, file.bytes]).toEqual([201, 'pending', 50_000_000]);
    const fields = { key: `files/r2/${file.id.slice(5)}`, 'Content-Type': 'image/jpeg' };
    expect(upload).toEqual({
      ...{ url: 'https://bucket.example/', method: 'POST', fields, expires_at: seconds + 900 },
    });
    expect((await answer('show-file', { fileId: file.id })).body).toEqual(file);
  });

  it('lists page by page, from after the last file', async () => {
    const { answer, upload, clock } = createFiles();
    const ids: string[] = [];
    for (const _ of [1, 2, 3]) {
      ids.unshift((await upload()).body.id);
      clock.advance(1);
    }
    const { body: first } = await answer('list-files', { query: 'limit=2' });
    expect(first).toMatchObject({ first_id: ids[0], last_id: ids[1], has_more: true, next_cursor: ids[1] });
    const { body: last } = await answer('list-files', { query: `limit=2&after=${first.next_cursor}` });
    expect(last.data.map(({ id }: FileView) => id)).toEqual([ids[2]]);
    expect(last).not.toHaveProperty('next_cursor');
  });

  it("shows no caller another's files, and answers as if there were none", async () => {
    const { answer, upload } = createFiles();
    const { body } = await upload();
    const headers = { 'x-bf-vk': otherKey };
    for (const id of ['show-file', 'delete-file'] as const) {
      const [others, unknown] = [
        await answer(id, { fileId: body.id, headers }),
        await answer(id, { fileId: body.id.replace(/.$/, (digit: string) => (digit === '0' ? '1' : '0')), headers }),
      ];
      expect(others.status).toBe(404);
      expect(others).toEqual(unknown);
    }
    expect((await answer('list-files', { headers })).body.data).toEqual([]);
    expect((await answer('show-file', { fileId: body.id })).status).toBe(200);
  });

  it('answers one file too many with the limit, what to wait for, and that a retry is in vain', async () => {
    const { upload, announce } = createFiles();
    for (const _ of [1, 2, 3]) await upload();
    for (const refused of [await upload(), await announce()]) {
      expect(refused).toMatchObject({ status: 429, body: { error: { code: 'rate_limited', param: 'max_files' } } });
      expect(refused.headers).toMatchObject({ 'retry-after': '86400', 'x-should-retry': 'false' });
    }
  });
});
