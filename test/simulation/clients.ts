import { cancelJob } from '../../lambda/application/cancel-job.ts';
import { deleteJob } from '../../lambda/application/delete-job.ts';
import { getImage } from '../../lambda/application/get-image.ts';
import { getJob } from '../../lambda/application/get-job.ts';
import { submitJob } from '../../lambda/application/submit-job.ts';
import { waitForEnd } from '../../lambda/application/wait-for-end.ts';
import { limits } from '../../lambda/contract/limits.ts';
import { GatewayError } from '../../lambda/domain/error-code.ts';
import type { GrantedWait } from '../../lambda/domain/granted-wait.ts';
import { isOpen, type Job, linkExpiryOf } from '../../lambda/domain/job.ts';
import type { Clock, JobStore } from '../../lambda/domain/ports.ts';
import type { ReceivedSubmission } from '../../lambda/domain/received-submission.ts';
import { grantWait } from '../../lambda/http/grant-wait.ts';
import { pngBytes } from '../support/image-bytes.ts';
import { drawsFrom, mix } from './draws.ts';
import type { Client, Facts, Told } from './facts.ts';
import { type ClientPlan, isBlocked } from './plans.ts';
import { callerOf } from './ports.ts';
import { judge } from './promises/judge.ts';
import type { KeptLink } from './promises/links.ts';
import type { Invocation } from './scheduler.ts';
import { type Stage, timeouts } from './stage.ts';

/** The number of what a client sends later under a key that it has used before. */
export const reuseNumber = (number: number): number => number + 1_000_000;

/** What an invocation came to, as its caller sees it. */
type Outcome<Value> = { readonly value: Value } | { readonly error: unknown } | { readonly died: true };

/** Plays the clients of a world. */
export class Clients {
  readonly #seed: number;
  readonly #facts: Facts;
  readonly #stage: Stage;
  readonly #clientOf: (plan: ClientPlan) => Client;

  constructor(seed: number, facts: Facts, stage: Stage, clientOf: (plan: ClientPlan) => Client) {
    this.#seed = seed;
    this.#facts = facts;
    this.#stage = stage;
    this.#clientOf = clientOf;
  }

  /** Plays one client, from its submission on. */
  async play(plan: ClientPlan): Promise<void> {
    const client = this.#clientOf(plan);
    await this.#sleep(plan.submitsAt);
    for (const seconds of plan.sendsAgainAfter) void this.#later(seconds, () => this.#submit(client));
    if (plan.reusesKeyAfterDays !== undefined) {
      const later: ClientPlan = { ...plan, number: reuseNumber(plan.number), ...noActs, images: 1 };
      void this.#later(plan.reusesKeyAfterDays * 86_400, () => this.#submitAndFollow(this.#clientOf(later)));
    }
    await this.#submitAndFollow(client);
  }

  async #submitAndFollow(client: Client): Promise<void> {
    const { plan } = client;
    let told = await this.#submit(client);
    // Whoever heard nothing, or that it isn't certain, tries again, but not for ever.
    for (
      let tries = 1;
      tries < 4 && told.answer !== 'refused' && plan.idempotencyKey !== undefined && told.jobId === undefined;
      tries += 1
    ) {
      await this.#sleep(5 * tries);
      told = await this.#submit(client);
    }
    const { jobId } = told;
    if (jobId === undefined) return;
    if (plan.cancelsAfter !== undefined) void this.#later(plan.cancelsAfter, () => this.#cancel(client, jobId));
    if (plan.deletes?.after === 'submission') void this.#later(plan.deletes.seconds, () => this.#delete(client, jobId));
    if (plan.pollsEvery === undefined) return;
    client.isFollowing = true;
    await this.#poll(client, jobId, plan.pollsEvery);
  }

  async #submit(client: Client): Promise<Told> {
    const { plan } = client;
    const askedAt = this.#facts.scheduler.now;
    if (isBlocked(this.#facts.stage, plan.owner, askedAt))
      return { at: askedAt, askedAt, by: 'submit', answer: 'refused' };
    const invocation = this.#stage.invoke('submit-job', timeouts.api);
    const dependencies = this.#stage.dependenciesOf(invocation, plan.number);
    // What a refusal is about is the submission that was to be written down.
    let nonce: string | undefined;
    let atOnceAfter: number | undefined;
    const jobs: JobStore = {
      create: (job) => {
        nonce = job.submissionNonce;
        return dependencies.jobs.create(job);
      },
      undo: (job) => dependencies.jobs.undo(job),
      find: (id) => dependencies.jobs.find(id),
      apply: (id, transition) => dependencies.jobs.apply(id, transition),
    };
    const own = { ...dependencies, admission: this.#stage.admission, jobs };
    const caller = { ...callerOf(plan.owner), limits: this.#facts.stage.limits[plan.owner] ?? {} };
    const submit = async () => {
      if (plan.coldStartSeconds > 0) await this.#sleep(plan.coldStartSeconds);
      const granted = this.#granted(plan, dependencies.clock, askedAt + timeouts.api * 1000, limits.submitWaitSeconds);
      const accepted = await submitJob(own, caller, `request-${plan.number}`, submissionOf(plan));
      const wait = granted();
      const begunAt = this.#facts.scheduler.now;
      const { job, waitedSeconds } = await waitForEnd(dependencies, callerOf(plan.owner), accepted.job, wait);
      const isAtOnce = waitedSeconds < wait.grantedSeconds && !invocation.wasFrozen;
      if (isAtOnce) atOnceAfter = this.#facts.scheduler.now - begunAt;
      return job;
    };
    return this.#tell(client, 'submit', askedAt, invocation, submit, () => ({ nonce, atOnceAfter }));
  }

  /**
   * How long an answer may be held back, as the function that gives it reckons when it has done its work: by its own clock,
   * from now on, and with what is left until Lambda ends it at `endsAt`.
   */
  #granted(
    { waitSeconds: askedSeconds }: ClientPlan,
    clock: Clock,
    endsAt: number,
    maxSeconds: number,
  ): () => GrantedWait {
    const arrivedAt = clock.now();
    return () => {
      const remainingMilliseconds = endsAt - this.#facts.scheduler.now;
      return grantWait({ arrivedAt, now: clock.now(), remainingMilliseconds, askedSeconds, maxSeconds });
    };
  }

  async #poll(client: Client, jobId: string, everySeconds: number): Promise<void> {
    const draw = drawsFrom(mix(this.#seed, 0x9011, client.plan.number));
    const givesUpAt = this.#facts.scheduler.now + (this.#facts.stage.deadlineSeconds + 3600) * 1000;
    for (let looks = 0; this.#facts.scheduler.now < givesUpAt; looks += 1) {
      await this.#sleep(everySeconds * (0.8 + 0.4 * draw()));
      const askedAt = this.#facts.scheduler.now;
      const invocation = this.#stage.invoke('get-job', timeouts.stream);
      const dependencies = this.#stage.dependenciesOf(invocation, client.plan.number);
      const operation = client.plan.operation;
      const plan = looks === 0 ? client.plan : { ...client.plan, waitSeconds: 0 };
      const wait = this.#granted(plan, dependencies.clock, askedAt + timeouts.stream * 1000, limits.waitSeconds)();
      let seen: Job | undefined;
      const told = await this.#tell(client, 'get', askedAt, invocation, async () => {
        const { job } = await getJob(dependencies, callerOf(client.plan.owner), operation, jobId, wait);
        seen = job;
        return job;
      });
      if (told.answer === 'not_found') return;
      if (!seen || isOpen(seen)) continue;
      client.hasSeenEnd = true;
      await this.#useLinks(client, seen, draw);
      if (client.plan.deletes?.after === 'end') {
        await this.#sleep(client.plan.deletes.seconds);
        await this.#delete(client, jobId);
      }
      return;
    }
  }

  /** Links are used when they are there, around their end, and days later. */
  async #useLinks(client: Client, job: Job, draw: () => number): Promise<void> {
    if (job.status !== 'completed') return;
    const expires = linkExpiryOf(job);
    const signature = await this.#stage.signer.sign({ jobId: job.id, index: 0, expires }, job.submissionNonce);
    const [image] = job.result.images;
    if (!image) return;
    const kept: KeptLink = {
      number: client.plan.number,
      nonce: job.submissionNonce,
      expiresAt: job.expiresAt,
      key: image.key,
    };
    const left = job.expiresAt / 1000 - this.#facts.scheduler.now / 1000;
    const times = [0.5, left - 1, left + 1, left + draw() * 86_400, left + 2 * 86_400 + draw() * 2 * 86_400];
    for (const seconds of times) {
      if (seconds > 0)
        void this.#later(seconds, () =>
          this.#useLink(client, kept, { jobId: job.id, index: '0', expires: String(expires), signature }),
        );
    }
  }

  async #useLink(client: Client, kept: KeptLink, link: Parameters<typeof getImage>[1]): Promise<void> {
    const invocation = this.#stage.invoke('get-image', 10);
    const { jobs } = this.#stage.dependenciesOf(invocation, client.plan.number);
    const at = this.#facts.scheduler.now;
    // Its clock is as far ahead of the others' as it was when the link was made.
    const clock = { now: () => at };
    const { links, signer } = this.#stage;
    const outcome = await this.#outcomeOf(invocation, () => getImage({ jobs, clock, links, signer }, link));
    const opened = 'value' in outcome ? outcome.value : undefined;
    const isDeleted = client.deletedAt !== undefined && client.deletedAt < at;
    judge.link(this.#facts, { link: kept, opened, isDeleted, at });
  }

  #cancel(client: Client, jobId: string): Promise<Told> {
    const invocation = this.#stage.invoke('cancel-job', timeouts.api);
    const dependencies = this.#stage.dependenciesOf(invocation, client.plan.number);
    const askedAt = this.#facts.scheduler.now;
    const { owner, operation } = client.plan;
    return this.#tell(client, 'cancel', askedAt, invocation, () =>
      cancelJob(dependencies, callerOf(owner), operation, jobId),
    );
  }

  async #delete(client: Client, jobId: string): Promise<void> {
    client.isDeleting = true;
    for (let tries = 0; tries < 3; tries += 1) {
      const invocation = this.#stage.invoke('delete-job', timeouts.api);
      const dependencies = this.#stage.dependenciesOf(invocation, client.plan.number);
      const { owner, operation } = client.plan;
      const outcome = await this.#outcomeOf(invocation, () =>
        deleteJob(dependencies, callerOf(owner), operation, jobId),
      );
      if ('value' in outcome) {
        client.deletedAt = this.#facts.scheduler.now;
        return;
      }
      await this.#sleep(2);
    }
  }

  /** Runs a function and writes down what its caller was told. */
  async #tell(
    client: Client,
    by: Told['by'],
    askedAt: number,
    invocation: Invocation,
    work: () => Promise<Job>,
    moreOf: () => { readonly nonce?: string | undefined; readonly atOnceAfter?: number | undefined } = () => ({}),
  ): Promise<Told> {
    const outcome = await this.#outcomeOf(invocation, work);
    const { atOnceAfter, ...more } = moreOf();
    const nonce = 'value' in outcome ? outcome.value.submissionNonce : more.nonce;
    const told: Told = {
      ...{ at: this.#facts.scheduler.now, askedAt, by, ...answerOf(outcome), stoodStill: invocation.wasFrozen },
      ...(nonce === undefined ? {} : { nonce }),
      ...(atOnceAfter === undefined ? {} : { atOnceAfter }),
      ...('error' in outcome ? { because: String(outcome.error) } : {}),
    };
    client.told.push(told);
    judge.told(this.#facts, told, client.plan.number);
    return told;
  }

  #outcomeOf<Value>(invocation: Invocation, work: () => Promise<Value>): Promise<Outcome<Value>> {
    return new Promise((resolve) => {
      invocation.onKilled = () => resolve({ died: true });
      work().then(
        (value) => {
          invocation.end();
          resolve({ value });
        },
        (error: unknown) => {
          invocation.end();
          resolve({ error });
        },
      );
    });
  }

  #sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#facts.scheduler.after(seconds * 1000, undefined, resolve);
    });
  }

  async #later(seconds: number, act: () => Promise<unknown>): Promise<void> {
    await this.#sleep(seconds);
    await act();
  }
}

const noActs = {
  sendsAgainAfter: [],
  reusesKeyAfterDays: undefined,
  cancelsAfter: undefined,
  deletes: undefined,
} as const;

function answerOf(outcome: Outcome<Job>): Pick<Told, 'answer' | 'jobId' | 'status'> {
  if ('died' in outcome) return { answer: 'died' };
  if ('value' in outcome) return { answer: 'accepted', jobId: outcome.value.id, status: outcome.value.status };
  const { error } = outcome;
  if (error instanceof GatewayError && error.code === 'not_found') return { answer: 'not_found' };
  if (error instanceof GatewayError && /nothing was accepted/i.test(error.message)) return { answer: 'denied' };
  return { answer: error instanceof GatewayError && error.code !== 'unavailable' ? 'refused' : 'unsure' };
}

const inputImage = pngBytes(40);

function submissionOf(plan: ClientPlan): ReceivedSubmission {
  const isEdit = plan.operation === 'edit';
  return {
    model: plan.model,
    fallbacks: plan.fallbacks,
    submission: {
      operation: plan.operation,
      prompt: `prompt #${plan.number}`,
      n: plan.images,
      parameters: {},
      extra: {},
    },
    responseFormat: 'url',
    rawWanted: { request: plan.wantsRaw, response: plan.wantsRaw },
    images: isEdit ? [{ param: 'image', bytes: inputImage }] : [],
    waitSeconds: plan.waitSeconds,
    ...(plan.resultTtlSeconds === undefined ? {} : { resultTtlSeconds: plan.resultTtlSeconds }),
    ...(plan.idempotencyKey === undefined ? {} : { idempotencyKey: plan.idempotencyKey }),
  };
}
