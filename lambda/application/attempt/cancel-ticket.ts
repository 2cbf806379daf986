// Best-effort cancellation of a provider's asynchronous task.

import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { keyOfAttempt } from './key-of-attempt.ts';
import { openCall } from './provider-call.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

const cancelSeconds = 30;

/**
 * Cancels the task behind a ticket at the provider, to save money. Best effort: a failure doesn't affect the job, and nothing is
 * thrown.
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
