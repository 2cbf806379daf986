import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acceptedRecord, jobOf, openShardOf, openShards } from '../../../lambda/adapters/job-record.ts';
import { sampleOrder } from '../../support/sample-job.ts';

const record = acceptedRecord(sampleOrder({ id: 'job-1' }));

describe('openShardOf', () => {
  it('gives one job always the same shard, and many jobs all of them', () => {
    expect(openShardOf('job-1')).toBe(openShardOf('job-1'));
    const shards = new Set(Array.from({ length: 200 }, () => openShardOf(randomUUID())));
    expect([...shards].sort()).toEqual([...openShards]);
  });
});

describe('jobOf', () => {
  it("shows nothing of the store's own fields", () => {
    const job = jobOf(record);
    for (const name of ['ttl', 'openShard', 'wakeAt', 'wakeups', 'result']) expect(job).not.toHaveProperty(name);
  });

  it.each([
    ['completed', 'completedAt', {}],
    ['completed', 'expiresAt', { completedAt: 1 }],
    ['completed', 'result', { completedAt: 1, expiresAt: 2 }],
    ['failed', 'failure', { completedAt: 1, expiresAt: 2 }],
    ['cancelled', 'failure', { completedAt: 1, expiresAt: 2 }],
  ] as const)('refuses a %s job without its %s', (status, missing, end) => {
    expect(() => jobOf({ ...record, ...end, status })).toThrow(`job job-1 is ${status} but has no ${missing}`);
  });

  it('refuses a status that it does not know', () => {
    expect(() => jobOf({ ...record, status: 'lost' as 'failed' })).toThrow('unknown status "lost"');
  });
});
