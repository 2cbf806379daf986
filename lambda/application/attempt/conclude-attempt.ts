import { GatewayFailure } from '../../domain/failure.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import { boundedAnswer } from '../../domain/jobs/bounded-answer.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { ImageStore } from '../../domain/ports.ts';
import type { Failed, Finished, Waiting } from '../../domain/provider.ts';
import { type LedgerDependencies, leaveAttempt, writeAttempt } from './close-attempt.ts';
import { deliver } from './deliver-images.ts';
import { type Manifest, writeManifest } from './finish-job.ts';
import type { Planned, RunningCall } from './provider-call.ts';
import { supersededRawKeys } from './raw-sides.ts';
import { type RecordFailureDependencies, recordFailure } from './record-failure.ts';
import type { AttemptEnd } from './run-attempt.ts';
import { notStored, reportStoreFailure } from './store-failure.ts';

type ConcludeDependencies = LedgerDependencies & RecordFailureDependencies & { readonly images: ImageStore };

/** Images that the store did not take are asked for again this much later, and up to twice as much. */
const askAgainSeconds = 15;

/** One exchange with a provider under way: for which entry of which job, and with what in hand. */
export interface Exchange {
  readonly job: OpenJob;
  readonly attempt: Attempt;
  readonly call: RunningCall;
  /** The request as it was fitted to the model. */
  readonly planned: Planned;
}

/**
 * Waits for a provider's answer and does what it calls for: finishes the job, keeps the ticket, or records the failure.
 * A ticket is kept, too, where it was our own store that failed.
 * Objects of a failed attempt are taken back only once the failure is durable, for until then a manifest that is already
 * there would finish the job with them.
 */
export async function conclude(
  dependencies: ConcludeDependencies,
  exchange: Exchange,
  request: () => Promise<Finished | Waiting | Failed>,
): Promise<AttemptEnd> {
  const { job, attempt, call, planned } = exchange;
  const { clock, telemetry } = dependencies;
  let waiting: Waiting | undefined;
  let manifest: Manifest | undefined;
  try {
    const share = { imagesAsked: attempt.imagesAsked, imagesWanted: job.imagesWanted };
    const said = boundedAnswer(await request(), share);
    if (said.status === 'failed') throw said.failure;
    if (said.status === 'waiting') waiting = said;
    else {
      manifest = await call.manifestOf(said, planned);
      await writeManifest(dependencies.images, job, attempt, manifest).catch((error: unknown) => {
        throw notStored(error);
      });
    }
  } catch (error) {
    const failure = call.failureFrom(error);
    if (failure instanceof GatewayFailure && attempt.ticket) {
      // The provider has the images still: nothing is paid for again while they can be asked for once more.
      reportStoreFailure(dependencies, job, attempt, failure);
      await leaveAttempt(dependencies, job, attempt, call);
      const until = clock.now() + askAgainSeconds * (1 + dependencies.random()) * 1000;
      return { next: 'wait', job, until, heldByStore: true };
    }
    const closed = await call.withRaw(await recordFailure(dependencies, job, attempt, failure, call.key));
    await forget(dependencies, job, supersededRawKeys(job, closed));
    const open = await writeAttempt(dependencies, job, closed, () => call.discard());
    await call.discardImages();
    return { next: 'go_on', job: open };
  } finally {
    call.close();
  }
  if (waiting) {
    const raw = job.rawWanted.request ? { raw: { attempt: attempt.number, sides: ['request'] as const } } : {};
    const open = await writeAttempt(dependencies, job, { ...attempt, ticket: waiting.ticket, ...raw });
    await call.keepForLater();
    // Whoever stood still in between may have come after the job's deletion, and nothing else tells of it.
    await leaveAttempt(dependencies, open, attempt, call);
    return { next: 'wait', job: open, until: clock.now() + waiting.checkAfterSeconds * 1000 };
  }
  if (!manifest) throw new Error('The provider answered neither with images nor with a ticket.');
  const { number, provider, model } = attempt;
  telemetry.record('attempt_succeeded', { jobId: job.id, attempt: number, provider, model });
  return deliver(dependencies, job, attempt, manifest);
}

/** Removes what the ledger is about to lose sight of. */
async function forget(
  { images, telemetry }: ConcludeDependencies,
  job: OpenJob,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await images.remove(keys).catch((error: unknown) => telemetry.record('cleanup_failed', { jobId: job.id }, error));
}
