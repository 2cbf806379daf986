import type { ReceivedMessage, WakeUp } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { Verdict } from './message-disposition.ts';

/**
 * Carries out what the work on one message ended with. A finished message is taken off the queue at once, since a batch
 * returns only when its slowest record does; one to be kept is hidden until it is worth another look. A message that
 * makes no sense can never do any work, and goes. Throws nothing: a message that can't be handled stays where it is.
 */
export async function handleWakeUp(
  telemetry: Telemetry,
  message: ReceivedMessage,
  wakeUp: WakeUp | undefined,
  work: (wakeUp: WakeUp) => Promise<Verdict>,
): Promise<Verdict['word']> {
  try {
    if (!wakeUp) telemetry.record('wake_up_malformed', {});
    const verdict: Verdict = wakeUp ? await work(wakeUp) : { word: 'finished' };
    if (verdict.word === 'finished') await message.remove();
    else await message.hideFor(verdict.afterSeconds);
    return verdict.word;
  } catch (error) {
    telemetry.record('worker_fault', { jobId: wakeUp?.jobId, hop: wakeUp?.hop }, error);
    return 'keep';
  }
}
