import { describe, expect, it } from 'vitest';
import { failedMessageIds, splitBySize } from '../../local/queue-pump/batch.ts';

describe('failedMessageIds', () => {
  const ids = ['a', 'b', 'c'];
  const failed = (answer: unknown) => [...failedMessageIds(JSON.stringify(answer), ids)];

  it.each([[null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
    'takes %j for a success of all',
    (answer) => {
      expect(failed(answer)).toEqual([]);
    },
  );

  it('names the messages that failed', () => {
    expect(failed({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['b']);
  });

  it.each([
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ id: 'a' }] }],
    [{ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'stranger' }] }],
    [{ batchItemFailures: 'a' }],
    ['text'],
  ])('takes %j for a failure of all', (answer) => {
    expect(failed(answer)).toEqual(ids);
  });
});

describe('splitBySize', () => {
  it('keeps small messages together, in their order', () => {
    const messages = [{ Body: 'a' }, { Body: 'b' }];
    expect(splitBySize(messages)).toEqual([messages]);
  });

  it('cuts where the bodies would not fit into one event', () => {
    const messages = Array.from({ length: 10 }, () => ({ Body: 'x'.repeat(1024 * 1024) }));
    expect(splitBySize(messages).map((batch) => batch.length)).toEqual([3, 3, 3, 1]);
  });
});
