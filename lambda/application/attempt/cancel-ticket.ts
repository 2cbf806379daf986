import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { keyOfAttempt } from './key-of-attempt.ts';
import { openCall } from './provider-call.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

const cancelSeconds = 30;

/**
 * Asks a provider to stop the work behind a ticket. It is a courtesy that saves money: a provider that can't, or won't,
 * changes nothing for the job, and nothing is thrown.
 */
export async function cancelTicket(dependencies: WorkerDependencies, job: Job, attempt: Attempt): Promise<void> {
  const { provider, keys, telemetry } = dependencies;
  const { ticket } = attempt;
  if (!ticket) return;
  try {
    const adapter = provider(attempt.provider);
    if (!adapter.cancel) return;
    const key = await keyOfAttempt(keys, attempt);
    const call = openCall(dependencies, job, attempt, key, new AbortController().signal, cancelSeconds);
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
