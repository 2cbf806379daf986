import { describe, expect, it } from 'vitest';
import { handleWakeUp } from '../../../../lambda/application/process/handle-wake-up.ts';
import { finished, keep, type Verdict } from '../../../../lambda/application/process/message-disposition.ts';
import type { EventCode } from '../../../../lambda/domain/telemetry.ts';
import { createMessage } from '../../../support/worker-bench.ts';

const wakeUp = { jobId: 'job', hop: 3 };

async function handled(work: () => Promise<Verdict>, message = createMessage(), received = true) {
  const codes: EventCode[] = [];
  const telemetry = { record: (code: EventCode) => void codes.push(code) };
  const word = await handleWakeUp(telemetry, message, received ? wakeUp : undefined, work);
  return { word, codes, message };
}

describe('handleWakeUp', () => {
  it('takes a finished message off the queue', async () => {
    const { word, message } = await handled(async () => finished);
    expect([word, message.removed, message.hidden]).toEqual(['finished', true, []]);
  });

  it('hides a message that is to be kept for whole seconds, and at least one', async () => {
    expect((await handled(async () => keep(12.1))).message).toMatchObject({ removed: false, hidden: [13] });
    expect((await handled(async () => keep(-4))).message.hidden).toEqual([1]);
    expect((await handled(async () => keep(5))).word).toBe('keep');
  });

  it('drops a message that makes no sense, without doing any work', async () => {
    const work = () => Promise.reject(new Error('worked'));
    const { word, codes, message } = await handled(work, createMessage(), false);
    expect([word, codes, message.removed]).toEqual(['finished', ['wake_up_malformed'], true]);
  });

  it('keeps the message, and throws nothing, when the work or the queue fails', async () => {
    const fails = () => Promise.reject(new Error('down'));
    expect(await handled(fails)).toMatchObject({ word: 'keep', codes: ['worker_fault'], message: { removed: false } });
    const stuck = { ...createMessage(), remove: fails, hideFor: fails };
    expect(await handled(async () => finished, stuck)).toMatchObject({ word: 'keep', codes: ['worker_fault'] });
    expect(await handled(async () => keep(3), stuck)).toMatchObject({ word: 'keep' });
  });
});
