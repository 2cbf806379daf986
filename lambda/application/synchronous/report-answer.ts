import { isOpen, type Job } from '../../domain/jobs/job.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

/** How a synchronous request came. */
export interface AnsweredRequest {
  /** When it came (epoch ms). */
  readonly arrivedAt: number;
  /** Whether it asked for a stream. */
  readonly stream: boolean;
  /** Whether its idempotency key had the job already. */
  readonly replayed: boolean;
}

/** Tells operators what a synchronous request is answered: its job's result or failure, or that its time is over before the job is. */
export function reportAnswer(
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
  job: Job,
  { arrivedAt, stream, replayed }: AnsweredRequest,
): void {
  const seconds = Math.round((clock.now() - arrivedAt) / 1000);
  const fields = { jobId: job.id, owner: job.owner, seconds, stream, replayed };
  if (isOpen(job)) telemetry.record('synchronous_limit_reached', fields);
  else if (job.status === 'completed') telemetry.record('synchronous_answered', fields);
  else telemetry.record('synchronous_failed', { ...fields, failureCode: job.failure.code });
}
