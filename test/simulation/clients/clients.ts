import { isOpen } from '../../../lambda/domain/jobs/job.ts';
import type { Client } from '../facts.ts';
import type { ClientPlan } from '../plans.ts';
import { later, type Surroundings, sleep } from './dependencies.ts';
import { cancel, drawsOf, haveSeenEnd, poll, remove } from './following.ts';
import { submit } from './submitting.ts';
import { type Answered, runInRequest } from './synchronous.ts';

/** The number of what a client sends later under a key that it has used before. */
export const reuseNumber = (number: number): number => number + 1_000_000;

/** Who heard nothing, or that it isn't certain, tries again, but not for ever. */
const maxTries = 4;

/** Plays the clients of a world. */
export class Clients {
  readonly #around: Surroundings;
  readonly #clientOf: (plan: ClientPlan) => Client;

  constructor(around: Surroundings, clientOf: (plan: ClientPlan) => Client) {
    this.#around = around;
    this.#clientOf = clientOf;
  }

  /** Plays one client, from its submission on. */
  async play(plan: ClientPlan): Promise<void> {
    const around = this.#around;
    const client = this.#clientOf(plan);
    await sleep(around, plan.submitsAt);
    for (const [at, seconds] of plan.sendsAgainAfter.entries())
      void later(around, seconds, () => this.#send(client, at + 1, nobody));
    if (plan.reusesKeyAfterDays !== undefined) {
      const afresh: ClientPlan = { ...plan, number: reuseNumber(plan.number), ...noActs, images: 1 };
      void later(around, plan.reusesKeyAfterDays * 86_400, () => this.#submitAndFollow(this.#clientOf(afresh)));
    }
    await this.#submitAndFollow(client);
  }

  async #submitAndFollow(client: Client): Promise<void> {
    const { plan } = client;
    let isKnown = false;
    const meet = (jobId: string): void => {
      if (!isKnown) this.#intend(client, jobId);
      isKnown = true;
    };
    let answered = await this.#send(client, 0, meet);
    for (let tries = 1; tries < maxTries && triesAgain(client, answered); tries += 1) {
      await sleep(this.#around, 5 * tries);
      answered = await this.#send(client, 0, meet);
    }
    const { told, job } = answered;
    const { jobId } = told;
    if (jobId === undefined) return;
    meet(jobId);
    if (job && !isOpen(job)) {
      await haveSeenEnd(this.#around, client, job, drawsOf(this.#around, client));
      return;
    }
    if (plan.pollsEvery === undefined) return;
    client.isFollowing = true;
    await poll(this.#around, client, jobId, plan.pollsEvery);
  }

  /** What a client means to do with its job, from when it knows of it. */
  #intend(client: Client, jobId: string): void {
    const around = this.#around;
    const { cancelsAfter, deletes } = client.plan;
    if (cancelsAfter !== undefined) void later(around, cancelsAfter, () => cancel(around, client, jobId));
    if (deletes?.after === 'submission') void later(around, deletes.seconds, () => remove(around, client, jobId));
  }

  async #send(client: Client, sending: number, meet: (jobId: string) => void): Promise<Answered> {
    if (client.plan.doors[sending] === 'synchronous') return runInRequest(this.#around, client, meet);
    return { told: await submit(this.#around, client) };
  }
}

const nobody = (): void => {};

/** Without a key the same would be another job. */
function triesAgain({ plan }: Client, { told, job }: Answered): boolean {
  if (plan.idempotencyKey === undefined) return false;
  if (job) return isOpen(job) && plan.asksAgain;
  return told.answer !== 'refused' && told.answer !== 'not_found' && told.jobId === undefined;
}

const noActs = {
  sendsAgainAfter: [],
  reusesKeyAfterDays: undefined,
  cancelsAfter: undefined,
  deletes: undefined,
} as const;
