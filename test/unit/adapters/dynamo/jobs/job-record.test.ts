import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  acceptedRecord,
  jobOf,
  openShardOf,
  openShards,
} from '../../../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { acceptedJob } from '../../../../../lambda/domain/jobs/job.ts';
import { sampleOrder } from '../../../../support/sample-job.ts';

const record = acceptedRecord(acceptedJob(sampleOrder({ id: 'job-1' })));

describe('openShardOf', () => {
  it('gives one job always the same shard, and many jobs all of them', () => {
    expect(openShardOf('job-1')).toBe(openShardOf('job-1'));
    const shards = Array.from({ length: 3200 }, () => openShardOf(randomUUID()));
    expect([...new Set(shards)].sort()).toEqual([...openShards].sort());
    expect(openShards).toHaveLength(16);
  });

  it('spreads jobs evenly, so that no shard holds up the others', () => {
    const counts = new Map<string, number>();
    for (let count = 0; count < 16_000; count += 1) {
      const shard = openShardOf(randomUUID());
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    for (const count of counts.values()) expect(count).toBeLessThan(1500);
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
