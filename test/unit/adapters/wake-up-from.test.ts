import { describe, expect, it } from 'vitest';
import { wakeUpFrom } from '../../../lambda/adapters/sqs-job-queue.ts';

describe('wakeUpFrom', () => {
  it('reads a wake-up, and nothing that stands beside it', () => {
    expect(wakeUpFrom('{"jobId":"job-1","hop":2,"more":true}')).toEqual({ jobId: 'job-1', hop: 2 });
  });

  it.each([
    '',
    'null',
    '[]',
    '"job-1"',
    '{"jobId":"job-1"}',
    '{"hop":0}',
    '{"jobId":"","hop":0}',
    '{"jobId":7,"hop":0}',
    '{"jobId":"job-1","hop":"0"}',
    '{"jobId":"job-1","hop":-1}',
    '{"jobId":"job-1","hop":0.5}',
  ])('finds none in %s', (body) => {
    expect(wakeUpFrom(body)).toBeUndefined();
  });
});
