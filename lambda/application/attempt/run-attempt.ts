// One provider request: rate limiter, write-ahead ledger entry, paid request, outcome.

import { type Attempt, nextAttemptNumber } from '../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import { keptPlan } from '../../domain/jobs/kept-plan.ts';
import { passRateLimiter } from '../rate-limiter/pass-rate-limiter.ts';
import { addEntry, addUnsentEntry } from './add-entry.ts';
import { conclude } from './conclude-attempt.ts';
import type { AttemptEnd } from './exchange.ts';
import { holdAtGate } from './hold-at-gate.ts';
import { raiseReservation } from './money/raise-reservation.ts';
import { type PlannedAttempt, planAttempt } from './plan-attempt.ts';
import { type PreparedRequest, prepareRequest } from './prepare-request.ts';
import { openCall } from './provider-call.ts';
import { startRequest } from './start-request.ts';
import { awaitStore } from './storage/await-store.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/**
 * Makes one provider request for a job.
 * 1. If our own store failed the previous request, check that it works again, or reschedule.
 * 2. Fit the submission to the candidate, and reserve what the request may cost, or end the job over budget.
 * 3. Pass the rate limiter with one of the provider's keys, or reschedule.
 * 4. Redraw the inputs if the model needs another form; presign addresses of them if the provider fetches them.
 * 5. Record the entry in the write-ahead ledger: only recorded requests may cost money.
 * 6. Send the request; images in the response stream into the bucket.
 * 7. Conclude: fetch images that came as addresses, write the manifest and complete the job; or keep the ticket; or record
 *    the failure. This ends the call's timer, too.
 * `hasTime`: whether the function has time for the whole request; waiting for redrawing may have used it up.
 */
export async function runAttempt(
  dependencies: WorkerDependencies,
  job: OpenJob,
  candidateIndex: number,
  lost: AbortSignal,
  hasTime: () => boolean,
): Promise<AttemptEnd> {
  const { jobs, catalog, clock, telemetry } = dependencies;
  const candidate = job.candidates[candidateIndex];
  if (!candidate) throw new Error(`The job has no candidate ${candidateIndex}.`);
  const storeCheckAt = await awaitStore(dependencies, job);
  if (storeCheckAt !== undefined) return { next: 'wait', job, until: storeCheckAt };
  const attempt: Attempt = {
    number: nextAttemptNumber(job.attempts),
    candidate: candidateIndex,
    ...candidate,
    startedAt: clock.now(),
    outcome: 'started',
    billed: 'unknown',
    imagesAsked: 0,
  };
  const unsent = (error: unknown) => addUnsentEntry(dependencies, job, attempt, error);

  let plan: PlannedAttempt;
  try {
    plan = await planAttempt(dependencies, job, candidateIndex, candidate);
  } catch (error) {
    return unsent(error);
  }
  const { quote } = plan.fitted;
  const overBudget = await raiseReservation(dependencies, job, quote);
  if (overBudget) return { next: 'fail', job, failure: overBudget };
  const pass = await passRateLimiter(dependencies, candidate, plan.keys, job.owner);
  if (!pass.granted) return holdAtGate(dependencies, job, attempt, pass.until);

  let prepared: PreparedRequest;
  try {
    prepared = await prepareRequest(dependencies, plan.fitted, lost);
  } catch (error) {
    return unsent(error);
  }
  if (!hasTime()) return { next: 'wait', job, until: clock.now() };

  const { request, redrawn, addresses } = prepared;
  const { key } = pass;
  const recorded: Attempt = {
    ...attempt,
    startedAt: clock.now(),
    keyDigest: key.digest,
    imagesAsked: request.n,
    ...(quote && { quote }),
  };
  const started = await addEntry(jobs, job, recorded);
  telemetry.record('attempt_started', { jobId: job.id, attempt: attempt.number, ...candidate, key: key.digest });
  dependencies.witness?.asking();

  const { timeoutSeconds } = catalog.timing(candidate);
  const call = openCall({ ...dependencies, redrawn, addresses }, started, recorded, key, lost, timeoutSeconds);
  const exchange = { job: started, attempt: recorded, call };
  const answer = await startRequest(dependencies, exchange, candidate, request, pass);
  return conclude(dependencies, exchange, answer, keptPlan(plan.fitted));
}
