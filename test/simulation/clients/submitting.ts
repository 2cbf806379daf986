import { waitForEnd } from '../../../lambda/application/serve/wait-for-end.ts';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import { limits } from '../../../lambda/contract/limits.ts';
import type { Clock } from '../../../lambda/domain/ports.ts';
import type { GrantedWait } from '../../../lambda/domain/usage/granted-wait.ts';
import { grantWait } from '../../../lambda/http/request/prefer-wait.ts';
import type { Client, Told } from '../facts.ts';
import type { ClientPlan } from '../plans.ts';
import { callerOf } from '../ports.ts';
import { timeouts } from '../stage.ts';
import { outcomeOf, type Surroundings, sleep, tell } from './dependencies.ts';
import { callerWithLimits, noncesOf, refusedAtTheDoor, submissionFor } from './submission.ts';

/** Submits by the asynchronous door, and waits for the end where the plan says so. */
export async function submit(around: Surroundings, client: Client): Promise<Told> {
  const { plan } = client;
  const { facts, stage } = around;
  const askedAt = facts.scheduler.now;
  const refused = refusedAtTheDoor(facts, plan, 'submit');
  if (refused) return refused;
  const invocation = stage.invoke('submit-job', timeouts.api);
  const dependencies = stage.dependenciesOf(invocation, plan.number);
  const nonces = noncesOf(dependencies.jobs);
  let atOnceAfter: number | undefined;
  const own = { ...dependencies, admission: stage.admission, jobs: nonces.jobs };
  const outcome = await outcomeOf(invocation, async () => {
    if (plan.coldStartSeconds > 0) await sleep(around, plan.coldStartSeconds);
    const granted = granting(around, plan, dependencies.clock, askedAt + timeouts.api * 1000, limits.submitWaitSeconds);
    const accepted = await submitJob(own, callerWithLimits(facts, plan), `request-${plan.number}`, submissionFor(plan));
    const wait = granted();
    const begunAt = facts.scheduler.now;
    const { job, waitedSeconds } = await waitForEnd(dependencies, callerOf(plan.owner), accepted.job, wait);
    const isAtOnce = waitedSeconds < wait.grantedSeconds && !invocation.wasFrozen;
    if (isAtOnce) atOnceAfter = facts.scheduler.now - begunAt;
    return job;
  });
  return tell(around, client, outcome, {
    ...{ by: 'submit', askedAt, invocation },
    ...nonces.latest(),
    ...(atOnceAfter === undefined ? {} : { atOnceAfter }),
  });
}

/**
 * How long an answer may be held back, as the function that gives it reckons when it has done its work: by its own clock,
 * from now on, and with what is left until Lambda ends it at `endsAt`.
 */
export function granting(
  { facts }: Surroundings,
  { waitSeconds: askedSeconds }: Pick<ClientPlan, 'waitSeconds'>,
  clock: Clock,
  endsAt: number,
  maxSeconds: number,
): () => GrantedWait {
  const arrivedAt = clock.now();
  return () => {
    const remainingMilliseconds = endsAt - facts.scheduler.now;
    return grantWait({ arrivedAt, now: clock.now(), remainingMilliseconds, askedSeconds, maxSeconds });
  };
}
