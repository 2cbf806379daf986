// SQS message handling: acknowledge (delete) or hide for redelivery, per record of a batch.

import type { ReceivedMessage, WakeUp } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { Disposition } from './message-disposition.ts';

/**
 * Handles one message and applies its disposition. A finished message is deleted immediately, since the batch returns only with
 * its slowest record; one to retry is hidden until then. A malformed message is deleted: no retry would help. Throws nothing:
 * after an error the message becomes visible again and is redelivered.
 */
export async function handleWakeUp(
  telemetry: Telemetry,
  message: ReceivedMessage,
  wakeUp: WakeUp | undefined,
  work: (wakeUp: WakeUp) => Promise<Disposition>,
): Promise<Disposition['action']> {
  try {
    if (!wakeUp) telemetry.record('wake_up_malformed', {});
    const disposition: Disposition = wakeUp ? await work(wakeUp) : { action: 'delete' };
    if (disposition.action === 'delete') await message.remove();
    else await message.hideFor(disposition.afterSeconds);
    return disposition.action;
  } catch (error) {
    telemetry.record('worker_fault', { jobId: wakeUp?.jobId, hop: wakeUp?.hop }, error);
    return 'retry';
  }
}
