import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Disposition } from '../../../../lambda/application/process/message-disposition.ts';
import type { ReceivedMessage } from '../../../../lambda/domain/ports.ts';
import { handleBatch } from '../../../../lambda/handlers/flows/handle-batch.ts';

/** A batch as Lambda hands it over; the body of each record is its number. */
const batchOf = (size: number): SQSEvent =>
  ({
    Records: Array.from({ length: size }, (_, at) => ({ messageId: `message-${at}`, body: String(at) })),
  }) as SQSEvent;

const context = { getRemainingTimeInMillis: () => 90_000 } as Context;

/** Handles a batch whose messages know how many they are; what becomes of each, its number decides. */
async function handle(size: number, dispositionOf: (at: number) => Disposition | Promise<Disposition>) {
  const seen: { readonly isAlone: boolean; readonly seconds: number }[] = [];
  const settled: string[] = [];
  const handler = handleBatch(
    {
      messageOf: ({ messageId }, batchSize): ReceivedMessage => ({
        hideFor: async (seconds) => void settled.push(`${messageId} hidden for ${seconds} s`),
        remove: async () => void settled.push(`${messageId} removed`),
        ageSeconds: 0,
        isAlone: batchSize === 1,
      }),
      wakeUpFrom: (body) => ({ jobId: body, hop: 0 }),
      telemetry: { record: () => {} },
    },
    async ({ jobId }, { isAlone }, secondsLeft) => {
      seen.push({ isAlone, seconds: secondsLeft() });
      return dispositionOf(Number(jobId));
    },
  );
  const { batchItemFailures } = await handler(batchOf(size), context);
  return { seen, settled, retried: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

describe('handleBatch', () => {
  it.each([
    [1, [true]],
    [3, [false, false, false]],
  ])('tells each of %i messages whether it has the invocation alone, and what time is left', async (size, alone) => {
    const { seen, retried } = await handle(size, () => ({ action: 'delete' }));
    expect(seen).toEqual(alone.map((isAlone) => ({ isAlone, seconds: 90 })));
    expect(retried).toEqual([]);
  });

  it('reports the messages that are to come again, and no others', async () => {
    const { settled, retried } = await handle(3, (at) =>
      at === 1 ? { action: 'retry', afterSeconds: 20 } : { action: 'delete' },
    );
    expect(retried).toEqual(['message-1']);
    expect(settled.toSorted()).toEqual(['message-0 removed', 'message-1 hidden for 20 s', 'message-2 removed']);
  });

  it('works on all at the same time: one that fails or is slow holds none of the others up', async () => {
    const last = Promise.withResolvers<Disposition>();
    const { retried } = await handle(3, (at) => {
      if (at === 0) return last.promise;
      if (at === 1) throw new Error('down');
      last.resolve({ action: 'delete' });
      return { action: 'delete' };
    });
    expect(retried).toEqual(['message-1']);
  });
});
