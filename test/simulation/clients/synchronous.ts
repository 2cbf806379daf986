import { noSuchJob } from '../../../lambda/application/serve/find-own-job.ts';
import { runSynchronously } from '../../../lambda/application/synchronous/run-synchronously.ts';
import { isVisible, type Job } from '../../../lambda/domain/jobs/job.ts';
import { withOwnKey } from '../../../lambda/domain/keys/caller.ts';
import { keyOfRequest } from '../doors.ts';
import type { Client, Told } from '../facts.ts';
import { models } from '../parts/provider-models.ts';
import { judge } from '../promises/judge.ts';
import type { Invocation } from '../scheduler.ts';
import { synchronousTimeout } from '../stage.ts';
import { type Outcome, type Surroundings, sleep, tell } from './dependencies.ts';
import { callerWithLimits, noncesOf, refusedAtTheDoor, submissionFor } from './submission.ts';

/** All vendors take keys that requests bring. */
const providers = [...new Set(models.map(({ provider }) => provider))];

/** What a synchronous request came to, for its caller. */
export interface Answered {
  readonly told: Told;
  /** The job that the answer is about: as it ended, or as it goes on. */
  readonly job?: Job;
}

/**
 * Submits by the synchronous door. `onHead` is told of the job as soon as it is accepted, as whoever reads the head of a stream
 * is. The function goes on after its answer until it has nothing left to do; then Lambda freezes it.
 */
export async function runInRequest(
  around: Surroundings,
  client: Client,
  onHead: (jobId: string) => void,
): Promise<Answered> {
  const { plan } = client;
  const { facts, stage } = around;
  const refused = refusedAtTheDoor(facts, plan, 'run');
  if (refused) return { told: refused };
  const askedAt = facts.scheduler.now;
  const timeoutSeconds = synchronousTimeout(facts.stage);
  const invocation = stage.invoke('run-synchronously', timeoutSeconds);
  const dependencies = stage.dependenciesOf(invocation, plan.number);
  const { clock } = dependencies;
  const nonces = noncesOf(dependencies.jobs);
  const milliseconds = facts.stage.synchronousSeconds * 1000;
  const time = { answerUntil: clock.now() + milliseconds, functionEndsAt: clock.now() + timeoutSeconds * 1000 };
  const dueAt = askedAt + milliseconds;
  invocation.answerDueAt = dueAt;
  client.carriers.push(invocation);
  let isAccepted = false;
  const run = async () => {
    const own = { ...dependencies, jobs: nonces.jobs };
    const limited = callerWithLimits(facts, plan);
    const caller = plan.bringsKey ? withOwnKey(limited, providers) : limited;
    const accepted = await runSynchronously(own, caller, `request-${plan.number}`, submissionFor(plan), time, {
      providerKey: plan.bringsKey ? { apiKey: keyOfRequest(invocation.number) } : undefined,
    });
    isAccepted = true;
    judge.carried(facts, invocation, accepted.job);
    onHead(accepted.job.id);
    const job = await accepted.outcome;
    void accepted.rest().then(() => end(around, invocation, accepted.job));
    if (!isVisible(job, clock.now())) throw noSuchJob();
    return job;
  };
  const answer = answerOf(invocation, run).finally(() => {
    if (!isAccepted) invocation.finish();
  });
  const outcome = await Promise.race([answer, ...hangingUp(around, client)]);
  const { nonce } = nonces.latest();
  // Whoever's function died, or who hung up, was told nothing: the job may have been made, and a worker carries it.
  const isRefused = !isAccepted && 'error' in outcome;
  const requests = isRefused && nonce !== undefined ? facts.vendors.requestsOf(nonce).length : 0;
  const call = { by: 'run', askedAt, dueAt, requests, invocation, ...nonces.latest() } as const;
  const told = tell(around, client, outcome, call);
  return { told, ...('value' in outcome ? { job: outcome.value } : {}) };
}

/** The function has nothing left to do. */
function end({ facts }: Surroundings, invocation: Invocation, job: Job): void {
  judge.rested(facts, invocation, job);
  invocation.finish();
}

function answerOf(invocation: Invocation, run: () => Promise<Job>): Promise<Outcome<Job>> {
  return new Promise((resolve) => {
    invocation.onKilled = () => resolve({ died: true });
    run().then(
      (value) => resolve({ value }),
      (error: unknown) => resolve({ error }),
    );
  });
}

/** Who hangs up stops listening; its function hears nothing of that. */
const hangingUp = (around: Surroundings, { plan }: Client): readonly Promise<Outcome<Job>>[] =>
  plan.hangsUpAfter === undefined ? [] : [sleep(around, plan.hangsUpAfter).then(() => ({ hungUp: true }) as const)];
