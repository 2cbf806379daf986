// Outcome of a provider request: store and deliver images, keep a ticket, or record a failure.

import { GatewayFailure } from '../../domain/failure.ts';
import type { KeptPlan } from '../../domain/jobs/attempt.ts';
import { boundedAnswer } from '../../domain/jobs/bounded-answer.ts';
import type { Cost } from '../../domain/money/quote.ts';
import type { Waiting } from '../../domain/provider.ts';
import { closeFailed } from './close-failed.ts';
import { deliver } from './deliver-images.ts';
import type { AttemptEnd, Exchange, FailedAnswer, ProviderAnswer } from './exchange.ts';
import { askAgainLater, keepTicket } from './keep-ticket.ts';
import { costOfAnswer } from './money/cost-of-answer.ts';
import { collectResults } from './storage/collect-results.ts';
import { type Manifest, writeManifest } from './storage/manifest.ts';
import { notStored } from './storage/store-failure.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

type Outcome = Waiting | { readonly status: 'stored'; readonly manifest: Manifest } | FailedAnswer;

/**
 * Acts on a provider's answer: delivers its images, keeps its ticket, or closes the entry with its failure. A ticket is also kept if
 * our own store failed.
 */
export async function conclude(
  dependencies: WorkerDependencies,
  exchange: Exchange,
  answer: ProviderAnswer,
  plan: KeptPlan,
): Promise<AttemptEnd> {
  const { job, attempt, call } = exchange;
  let outcome: Outcome;
  try {
    outcome = await store(dependencies, exchange, answer, plan);
    if (outcome.status === 'failed') {
      const { failure, cost } = outcome;
      return failure instanceof GatewayFailure && attempt.ticket
        ? await askAgainLater(dependencies, exchange, failure)
        : await closeFailed(dependencies, exchange, failure, cost);
    }
  } finally {
    call.close();
  }
  if (outcome.status === 'waiting') return keepTicket(dependencies, exchange, outcome, plan);
  const { number, provider, model } = attempt;
  dependencies.telemetry.record('attempt_succeeded', { jobId: job.id, attempt: number, provider, model });
  return deliver(dependencies, job, attempt, outcome.manifest);
}

/** Stores what a provider delivered, then the manifest. Errors become a failed outcome. */
async function store(
  dependencies: WorkerDependencies,
  exchange: Exchange,
  answer: ProviderAnswer,
  plan: KeptPlan,
): Promise<Outcome> {
  const { job, attempt, call } = exchange;
  if (answer.status === 'failed') return answer;
  let cost: Cost | undefined;
  try {
    const said = boundedAnswer(answer, { imagesAsked: attempt.imagesAsked, imagesWanted: job.imagesWanted });
    if (said.status === 'waiting') return said;
    cost = costOfAnswer(dependencies.catalog, attempt, said);
    const collected = await collectResults(dependencies, exchange, said, plan);
    cost ??= costOfAnswer(dependencies.catalog, attempt, said, collected.result.images);
    const manifest: Manifest = { ...collected, ...(cost && { cost }) };
    await writeManifest(dependencies.images, job, attempt, manifest).catch((error: unknown) => {
      throw notStored(error);
    });
    return { status: 'stored', manifest };
  } catch (error) {
    return { status: 'failed', failure: call.failureFrom(error), ...(cost && { cost }) };
  }
}
