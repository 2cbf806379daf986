import { describe, expect, it } from 'vitest';
import { acceptedRecord, type JobRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { type Change, changed } from '../../../lambda/domain/jobs/conditions.ts';
import { acceptedJob } from '../../../lambda/domain/jobs/job.ts';
import { sampleAttempt, sampleOrder } from '../../support/sample-job.ts';
import { sizeAfter, sizeOf } from './item-size.ts';

const entry = sampleAttempt();
const closed = sampleAttempt({ outcome: 'overloaded', billed: 'no', message: 'The vendor says "later".' });
const failure = { code: 'provider_error', message: 'It failed.', warnings: [] } as const;

describe('sizeOf', () => {
  it('counts names, numbers, texts and the JSON of the rest', () => {
    const text = JSON.stringify(failure);
    expect(sizeOf({ id: 'abc', hop: 7, failure } as unknown as JobRecord).bytes).toBe(
      2 + 3 + 3 + 8 + 7 + Buffer.byteLength(text),
    );
  });
});

describe('sizeAfter', () => {
  it('is what the whole row measures, after each of many changes', () => {
    const changes: readonly Change[] = [
      { set: { status: 'processing', leaseUntil: 5 }, add: { claim: 1 }, accumulate: { crashes: 'leaseHeld' } },
      { set: { attempts: [entry] } },
      { set: { attempts: [closed] } },
      { set: { attempts: [closed, sampleAttempt({ number: 2 })], heldSince: 12 } },
      { set: { status: 'failed', failure }, remove: ['openShard', 'heldSince'] },
      { remove: ['failure'] },
      { set: { failure: { ...failure, message: 'It failed for another reason – once more.' } } },
    ];
    let row = acceptedRecord(acceptedJob(sampleOrder()));
    let size = sizeOf(row);
    for (const change of changes) {
      const next = changed(row, change);
      size = sizeAfter(size, row, next, change);
      expect(size.bytes).toBe(sizeOf(next).bytes);
      row = next;
    }
  });
});
