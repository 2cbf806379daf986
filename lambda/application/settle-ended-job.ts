import { type Attempt, openAttempt } from '../domain/attempt.ts';
import type { Job } from '../domain/job.ts';
import { abandoned, settle } from './close-attempt.ts';
import { possibleKeys } from './finish-job.ts';
import { keyOfAttempt } from './key-of-attempt.ts';
import { openCall } from './provider-call.ts';
import type { AttemptDependencies } from './run-attempt.ts';

/**
 * Closes what the workers of an ended job left open in its ledger: nobody knows the outcome any more. Work that the
 * provider still has in hand is called off, and what a lost worker had put into the bucket is removed: it belongs to no
 * result, and its owner may have deleted the job.
 */
export async function settleEndedJob(dependencies: AttemptDependencies, job: Job): Promise<void> {
  const open = openAttempt(job.attempts);
  if (!open) return;
  await callOff(dependencies, job, open);
  await dependencies.images.remove(possibleKeys(job, open)).catch((error: unknown) => {
    dependencies.telemetry.record('cleanup_failed', { jobId: job.id, attempt: open.number }, error);
  });
  await settle(dependencies, job, abandoned(open, dependencies.clock.now()));
}

const callOffSeconds = 30;

/** Calling off is a courtesy that saves money; a provider that can't, or won't, changes nothing for the job. */
async function callOff(dependencies: AttemptDependencies, job: Job, attempt: Attempt): Promise<void> {
  const { provider, keys, telemetry } = dependencies;
  const { ticket } = attempt;
  if (!ticket) return;
  try {
    const adapter = provider(attempt.provider);
    if (!adapter.cancel) return;
    const key = await keyOfAttempt(keys, attempt);
    const call = openCall(dependencies, job, attempt, key, new AbortController().signal, callOffSeconds);
    try {
      await adapter.cancel(ticket, call);
    } finally {
      call.close();
    }
  } catch (error) {
    telemetry.record(
      'ticket_cancel_failed',
      { jobId: job.id, attempt: attempt.number, provider: attempt.provider },
      error,
    );
  }
}
