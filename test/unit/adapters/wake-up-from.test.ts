import { describe, expect, it } from 'vitest';
import { createJobIds } from '../../../lambda/adapters/secrets/job-ids.ts';
import { wakeUpFrom } from '../../../lambda/adapters/sqs/sqs-job-queue.ts';
import type { JobIds } from '../../../lambda/domain/ports.ts';

const jobId = '3f2f6a52-1111-4a5b-8c3d-000000000001';

describe('wakeUpFrom', () => {
  it('reads a wake-up, and nothing that stands beside it', () => {
    expect(wakeUpFrom(`{"jobId":"${jobId}","hop":2,"more":true}`)).toEqual({ jobId, hop: 2 });
  });

  it.each([
    ['random', async (ids: JobIds) => ids.random()],
    ['derived', (ids: JobIds) => ids.derived('vk_1', 'key-1')],
  ])('knows a %s id of a job', async (_, idOf) => {
    const id = await idOf(createJobIds({ keyFor: async () => new Uint8Array(32) }));
    expect(wakeUpFrom(JSON.stringify({ jobId: id, hop: 0 }))?.jobId).toBe(id);
  });

  it('takes every hop that a job may come to', () => {
    for (const hop of [0, 172_800, 999_999, 1_000_000]) {
      expect(wakeUpFrom(JSON.stringify({ jobId, hop }))?.hop).toBe(hop);
    }
  });

  it.each([
    '',
    'null',
    '[]',
    '"job-1"',
    `{"jobId":"${jobId}"}`,
    '{"hop":0}',
    '{"jobId":"","hop":0}',
    '{"jobId":7,"hop":0}',
    '{"jobId":"job-1","hop":0}',
    `{"jobId":"${jobId} ","hop":0}`,
    `{"jobId":"${'a'.repeat(5000)}","hop":0}`,
    `{"jobId":"${jobId}","hop":"0"}`,
    `{"jobId":"${jobId}","hop":-1}`,
    `{"jobId":"${jobId}","hop":0.5}`,
    `{"jobId":"${jobId}","hop":1000001}`,
    `{"jobId":"${jobId}","hop":${Number.MAX_SAFE_INTEGER}}`,
    `{"jobId":"${jobId}","hop":1e400}`,
  ])('finds none in %s', (body) => {
    expect(wakeUpFrom(body)).toBeUndefined();
  });
});
