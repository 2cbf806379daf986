import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileView, fileSchema } from '../../lambda/contract/files/file.ts';
import { limits } from '../../lambda/contract/limits.ts';
import { fileOf, formOf, paddedPng, sha256 } from '../support/sample-files.ts';
import { imagesOf, postOf } from './client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

// `npm run bench:memory -- "sixteen 50 MB"` says how much memory each function takes for this.

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(async () => {
  await darkroom?.stop();
});

/** Uploads a file by the form that its announcement is answered with. */
async function upload(bytes: Buffer): Promise<FileView> {
  const announced = { filename: 'large.png', bytes: bytes.length, content_type: 'image/png' };
  const file = fileSchema.parse((await darkroom.client.ask('/v1/files', postOf(announced))).json());
  const form = formOf(...Object.entries(file.upload?.fields ?? {}), ['file', fileOf(bytes, 'large.png')]);
  const stored = await fetch(file.upload?.url ?? '', { method: 'POST', body: form });
  expect(stored.ok, await stored.text()).toBe(true);
  return file;
}

describe('an edit of as many files as it may have, as large as they may be', () => {
  it('reaches the provider byte for byte, in order', async () => {
    const files: FileView[] = [];
    const digests: string[] = [];
    for (let number = 0; number < limits.images; number += 1) {
      const bytes = await paddedPng(limits.fileBytes, number);
      digests.push(sha256(bytes));
      files.push(await upload(bytes));
    }
    expect(new Set(digests).size).toBe(16);

    const prompt = promptOf('sixteen files of fifty megabytes');
    const images = files.map(({ id }) => ({ file_id: id }));
    const job = await darkroom.client.run('edits', { model: 'openai/gpt-image-2', prompt, images });

    expect(job.status, JSON.stringify(job.error)).toBe('completed');
    await imagesOf(job);
    const requests = darkroom.simulator.ledger.requests({ prompt });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.files.map(({ bytes }) => bytes)).toEqual(files.map(() => 50_000_000));
    expect(requests[0]?.files.map((file) => file.sha256)).toEqual(digests);
  }, 300_000);
});
