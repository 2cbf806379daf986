// The paid request: the only call of an adapter's `start`.

import type { Candidate, ImageRequest } from '../../domain/generation.ts';
import type { GatePass } from '../rate-limiter/pass-rate-limiter.ts';
import { reportProbe } from '../rate-limiter/report-probe.ts';
import type { Exchange, ProviderAnswer } from './exchange.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/**
 * Sends the one paid request of an attempt, after its ledger entry was written, and reports to the rate limiter if it was its
 * probe. Throws nothing: an adapter's error is a failed answer.
 */
export async function startRequest(
  dependencies: WorkerDependencies,
  { attempt, call }: Exchange,
  candidate: Candidate,
  request: ImageRequest,
  { probes }: Pick<Extract<GatePass, { readonly granted: true }>, 'probes'>,
): Promise<ProviderAnswer> {
  let answer: ProviderAnswer;
  try {
    answer = await dependencies.provider(candidate.provider).start(request, call);
  } catch (error) {
    return { status: 'failed', failure: call.failureFrom(error) };
  }
  await reportProbe(dependencies, candidate, call.key, probes, attempt.startedAt);
  return answer;
}
