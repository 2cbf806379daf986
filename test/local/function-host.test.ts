import { describe, expect, it } from 'vitest';
import { threadsFor } from '../../local/function-host.ts';
import type { QueueSourcePlan } from '../../local/plan/triggers.ts';

const from = (functionName: string, maximumConcurrency: number | undefined): QueueSourcePlan => ({
  functionName,
  queueUrl: 'http://127.0.0.1/q',
  queueArn: 'arn:q',
  batchSize: 1,
  batchingWindowSeconds: 0,
  reportsItemFailures: true,
  maximumConcurrency,
});

describe(threadsFor, () => {
  const machine = { maximumThreads: 8, queueSources: [from('worker', 2), from('worker', 3), from('other', undefined)] };

  it('gives a function behind the API what is reserved for it, as far as the machine bears it', () => {
    expect(threadsFor({ name: 'front', reservedConcurrency: 2 }, machine)).toBe(2);
    expect(threadsFor({ name: 'front', reservedConcurrency: 150 }, machine)).toBe(8);
    expect(threadsFor({ name: 'front', reservedConcurrency: undefined }, machine)).toBe(8);
  });

  it("gives a queue's function what its mappings run, whatever is reserved for it", () => {
    expect(threadsFor({ name: 'worker', reservedConcurrency: 50 }, machine)).toBe(5);
    expect(threadsFor({ name: 'other', reservedConcurrency: undefined }, machine)).toBe(8);
  });
});
