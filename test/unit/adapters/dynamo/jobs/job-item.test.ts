import { describe, expect, it } from 'vitest';
import { attributeOf, itemOf, recordOf } from '../../../../../lambda/adapters/dynamo/jobs/job-item.ts';
import { acceptedRecord } from '../../../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { acceptedJob } from '../../../../../lambda/domain/jobs/job.ts';
import { sampleOrder } from '../../../../support/sample-job.ts';

const item = itemOf(acceptedRecord(acceptedJob(sampleOrder({ id: 'job-1' }))));

describe('itemOf', () => {
  it('keeps what indexes, conditions and the TTL need as plain numbers and strings', () => {
    expect(item).toMatchObject({
      id: { S: 'job-1' },
      owner: { S: 'vk_1' },
      createdAt: { N: '1795176000000' },
      openShard: { S: expect.stringMatching(/^open-(\d|1[0-5])$/) },
      deadlineAt: { N: '1795177800000' },
      ttl: { N: String(1_795_177_800 + 3600 + 172_800) },
      status: { S: 'pending' },
      claim: { N: '0' },
    });
  });

  it('leaves out what is absent', () => {
    expect(item).not.toHaveProperty('mask');
    expect(item).not.toHaveProperty('fingerprint');
    expect(item).not.toHaveProperty('completedAt');
  });
});

describe('attributeOf', () => {
  it.each([[undefined], [null], [true], [Number.NaN], [Number.POSITIVE_INFINITY]])('refuses %s', (value) => {
    expect(() => attributeOf(value)).toThrow(TypeError);
  });
});

describe('recordOf', () => {
  it('reads what was written, and passes over attributes of others', () => {
    const record = acceptedRecord(acceptedJob(sampleOrder({ id: 'job-1' })));
    expect(recordOf({ ...item, token_claim: { S: 'x' }, note: { BOOL: true } })).toEqual(record);
  });

  it.each([
    ['owner is missing', { owner: undefined }],
    ['claim is not a number', { claim: { S: '1' } }],
    ['claim is not a number', { claim: { N: 'one' } }],
    ['status is not a string', { status: { N: '1' } }],
    ['attempts is not valid JSON', { attempts: { S: '[' } }],
    ['attempts is not a list', { attempts: { S: '{}' } }],
    ['submission is not a map', { submission: { S: 'null' } }],
    ['fingerprint is not a string', { fingerprint: { NULL: true } as const }],
  ])('says that %s', (what, broken) => {
    const { owner, ...rest } = item;
    const damaged = { ...(owner && !('owner' in broken) ? { owner } : {}), ...rest, ...broken };
    expect(() => recordOf(damaged as typeof item)).toThrow(`The item job-1 is not a job: ${what}.`);
  });
});
