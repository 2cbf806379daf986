import type { ReceivedMessage, WakeUp } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { Disposition } from './message-disposition.ts';

/**
 * Carries out what the work on one message ended with. A finished message is taken off the queue at once, since a batch
 * returns only when its slowest record does; one to be kept is hidden until it is worth another look. A message that
 * makes no sense can never do any work, and goes. Throws nothing: a message that can't be handled stays where it is.
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
