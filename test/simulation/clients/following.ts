import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { getJob } from '../../../lambda/application/serve/get-job.ts';
import { limits } from '../../../lambda/contract/limits.ts';
import { isOpen, type Job } from '../../../lambda/domain/jobs/job.ts';
import { type Draw, drawsFrom, mix } from '../draws.ts';
import type { Client, Told } from '../facts.ts';
import { callerOf } from '../ports.ts';
import { timeouts } from '../stage.ts';
import { outcomeOf, type Surroundings, sleep, tell } from './dependencies.ts';
import { useLinks } from './links.ts';
import { granting } from './submitting.ts';

/** The draws of a client that has a job. */
export const drawsOf = ({ seed }: Surroundings, { plan }: Client): Draw => drawsFrom(mix(seed, 0x9011, plan.number));

/** Asks after a job until its end is seen, or there is no hope of that. */
export async function poll(around: Surroundings, client: Client, jobId: string, everySeconds: number): Promise<void> {
  const { facts } = around;
  const draw = drawsOf(around, client);
  const givesUpAt = facts.scheduler.now + (facts.stage.deadlineSeconds + 3600) * 1000;
  for (let polls = 0; facts.scheduler.now < givesUpAt; polls += 1) {
    await sleep(around, everySeconds * (0.8 + 0.4 * draw()));
    const { told, job } = await look(around, client, jobId, polls === 0 ? client.plan.waitSeconds : 0);
    if (told.answer === 'not_found') return;
    if (!job || isOpen(job)) continue;
    await haveSeenEnd(around, client, job, draw);
    return;
  }
}

async function look(
  around: Surroundings,
  client: Client,
  jobId: string,
  waitSeconds: number,
): Promise<{ readonly told: Told; readonly job?: Job }> {
  const { facts, stage } = around;
  const { owner, number, operation } = client.plan;
  const askedAt = facts.scheduler.now;
  const invocation = stage.invoke('get-job', timeouts.stream);
  const dependencies = stage.dependenciesOf(invocation, number);
  const endsAt = askedAt + timeouts.stream * 1000;
  const wait = granting(around, { waitSeconds }, dependencies.clock, endsAt, limits.waitSeconds)();
  const outcome = await outcomeOf(
    invocation,
    async () => (await getJob(dependencies, callerOf(owner), operation, jobId, wait)).job,
  );
  const told = tell(around, client, outcome, { by: 'get', askedAt, invocation });
  return { told, ...('value' in outcome ? { job: outcome.value } : {}) };
}

/** What a client does that has been told how its job ended. */
export async function haveSeenEnd(around: Surroundings, client: Client, job: Job, draw: Draw): Promise<void> {
  client.hasSeenEnd = true;
  await useLinks(around, client, job, draw);
  const { deletes } = client.plan;
  if (deletes?.after !== 'end') return;
  await sleep(around, deletes.seconds);
  await remove(around, client, job.id);
}

export async function cancel(around: Surroundings, client: Client, jobId: string): Promise<void> {
  const { facts, stage } = around;
  const { owner, operation, number } = client.plan;
  const invocation = stage.invoke('cancel-job', timeouts.api);
  const dependencies = stage.dependenciesOf(invocation, number);
  const askedAt = facts.scheduler.now;
  const outcome = await outcomeOf(invocation, () => cancelJob(dependencies, callerOf(owner), operation, jobId));
  tell(around, client, outcome, { by: 'cancel', askedAt, invocation });
}

/** Deletes a job, in some tries. */
export async function remove(around: Surroundings, client: Client, jobId: string): Promise<void> {
  const { facts, stage } = around;
  const { owner, operation, number } = client.plan;
  client.isDeleting = true;
  for (let tries = 0; tries < 3; tries += 1) {
    const invocation = stage.invoke('delete-job', timeouts.api);
    const dependencies = stage.dependenciesOf(invocation, number);
    const outcome = await outcomeOf(invocation, () => deleteJob(dependencies, callerOf(owner), operation, jobId));
    if ('value' in outcome) {
      client.deletedAt = facts.scheduler.now;
      return;
    }
    await sleep(around, 2);
  }
}
