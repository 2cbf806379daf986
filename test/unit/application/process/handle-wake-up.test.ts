import { describe, expect, it } from 'vitest';
import { handleWakeUp } from '../../../../lambda/application/process/handle-wake-up.ts';
import {
  type Disposition,
  deleteMessage,
  retryAfter,
} from '../../../../lambda/application/process/message-disposition.ts';
import type { EventCode } from '../../../../lambda/domain/telemetry.ts';
import { createMessage } from '../../../support/worker-fixture.ts';

const wakeUp = { jobId: 'job', hop: 3 };

async function handled(work: () => Promise<Disposition>, message = createMessage(), received = true) {
  const codes: EventCode[] = [];
  const telemetry = { record: (code: EventCode) => void codes.push(code) };
  const action = await handleWakeUp(telemetry, message, received ? wakeUp : undefined, work);
  return { action, codes, message };
}

describe('handleWakeUp', () => {
  it('takes a finished message off the queue', async () => {
    const { action, message } = await handled(async () => deleteMessage);
    expect([action, message.removed, message.hidden]).toEqual(['delete', true, []]);
  });

  it('hides a message that is to be kept for whole seconds, and at least one', async () => {
    expect((await handled(async () => retryAfter(12.1))).message).toMatchObject({ removed: false, hidden: [13] });
    expect((await handled(async () => retryAfter(-4))).message.hidden).toEqual([1]);
    expect((await handled(async () => retryAfter(5))).action).toBe('retry');
  });

  it('drops a message that makes no sense, without doing any work', async () => {
    const work = () => Promise.reject(new Error('worked'));
    const { action, codes, message } = await handled(work, createMessage(), false);
    expect([action, codes, message.removed]).toEqual(['delete', ['wake_up_malformed'], true]);
  });

  it('keeps the message, and throws nothing, when the work or the queue fails', async () => {
    const fails = () => Promise.reject(new Error('down'));
    expect(await handled(fails)).toMatchObject({
      action: 'retry',
      codes: ['worker_fault'],
      message: { removed: false },
    });
    const stuck = { ...createMessage(), remove: fails, hideFor: fails };
    expect(await handled(async () => deleteMessage, stuck)).toMatchObject({ action: 'retry', codes: ['worker_fault'] });
    expect(await handled(async () => retryAfter(3), stuck)).toMatchObject({ action: 'retry' });
  });
});
