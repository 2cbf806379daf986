import { systemTimers } from '../../lambda/adapters/system-timers.ts';
import { createDurationRecorder } from '../../lambda/application/attempt/duration-recorder.ts';
import { handleWakeUp } from '../../lambda/application/process/handle-wake-up.ts';
import { processJob } from '../../lambda/application/process/process-job.ts';
import { cancelJob } from '../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../lambda/application/serve/delete-job.ts';
import { getJob } from '../../lambda/application/serve/get-job.ts';
import { submitJob } from '../../lambda/application/submit/submit-job.ts';
import {
  runSynchronously,
  type SynchronousDependencies,
} from '../../lambda/application/synchronous/run-synchronously.ts';
import type { SynchronousExtras } from '../../lambda/application/synchronous/work-in-request.ts';
import { handleDeadLetter } from '../../lambda/application/upkeep/handle-dead-letter.ts';
import { sweepJobs } from '../../lambda/application/upkeep/sweep-jobs.ts';
import type { Job } from '../../lambda/domain/jobs/job.ts';
import type { FailureSettings } from '../../lambda/domain/jobs/next-step.ts';
import { withOwnKey } from '../../lambda/domain/keys/caller.ts';
import type { JobStore, ReceivedMessage, WakeUp } from '../../lambda/domain/ports.ts';
import { maxClosedSecondsOf } from '../../lambda/domain/rate-limiter/gate-closing.ts';
import { maxRunningJobsOf } from '../../lib/running-jobs.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { plainStage } from '../stack/synthesized-stage.ts';
import { createApiFixture, noWait, received, sampleCaller, sampleKey, sampleLimits } from './api-fixture.ts';
import { type Crash, Invocation } from './crashable.ts';
import { pngBytes } from './image-bytes.ts';
import { createMemoryGateStore } from './memory-gate-store.ts';
import { createMemoryOpenJobs } from './memory-open-jobs.ts';
import { createMemorySlotStore } from './memory-slot-store.ts';
import { createMemoryUsageStore } from './memory-usage-store.ts';
import { noon } from './sample-job.ts';
import { createSimulatedProvider, type ProviderScript } from './simulated-provider.ts';
import { type CallFault, createSimulatedQueue } from './simulated-queue.ts';
import { seconds } from './virtual-time.ts';
import { keysOf, onePixelPng, streamOf } from './worker-fixture.ts';

/** A stage as it is where nobody has set anything. */
const stage = resolveStage(plainStage);

/** What befalls a job and those that work on it. Whatever a list doesn't say happens as it should. */
export interface Story {
  /** What the provider does, one part a request. */
  readonly script?: readonly ProviderScript[];
  /** What befalls the messages, in the order in which they are sent. Those that are sent after the deadline arrive. */
  readonly faults?: readonly CallFault[];
  /** What kills the workers, in the order in which they are called; undefined is one that lives. */
  readonly crashes?: readonly (Crash | undefined)[];
  /** What kills the first worker that is called so many seconds after the submission, or later. */
  readonly lateCrash?: Crash & { readonly afterSeconds: number };
  /** Milliseconds that each way of a call takes, over and over. */
  readonly latencies?: readonly number[];
  /** How much the clock of each invocation is ahead, in milliseconds, over and over. */
  readonly skews?: readonly number[];
  /** When the first sweep is, in seconds after the submission; each further one is a minute later. */
  readonly firstSweepAfter?: number;
  readonly onUnknownOutcome?: FailureSettings['onUnknownOutcome'];
  /** @default the stage's own */
  readonly deadlineSeconds?: number;
}

/** How a synchronous request goes. */
export interface RunOptions extends SynchronousExtras {
  /** Within how many seconds it is answered. */
  readonly seconds: number;
  /** What kills its function. */
  readonly crash?: Crash;
  /** What its function has that is otherwise. */
  readonly over?: (own: SynchronousDependencies) => Partial<SynchronousDependencies>;
}

/** One worker's invocation, as it went. */
export interface Work {
  readonly invocation: Invocation;
  readonly startedAt: number;
  /** True if the function's own timeout ended it. */
  timedOut: boolean;
}

const roundAndRound = <Item>(items: readonly Item[] | undefined, otherwise: Item): (() => Item) => {
  let next = 0;
  return () => (items === undefined || items.length === 0 ? otherwise : (items[next++ % items.length] as Item));
};

/**
 * A whole stage in memory and in virtual time, by the default settings: the real use cases, a queue that delivers, workers
 * with a function's timeout, the dead letters' function and a sweep each minute. To be made within `inVirtualTime`.
 */
export function createJobWorld(story: Story = {}) {
  const fixture = createApiFixture();
  const gates = createMemoryGateStore();
  const slots = createMemorySlotStore();
  const usage = createMemoryUsageStore();
  const { images, telemetry, codes } = fixture;
  const latency = roundAndRound(story.latencies, 0);
  const skew = roundAndRound(story.skews, 0);
  const watchers: ((name: string, job: Job) => void)[] = [];
  /** The store, with somebody looking at each write that was made. */
  const jobs: JobStore = {
    ...fixture.jobs,
    async apply(id, transition) {
      const applied = await fixture.jobs.apply(id, transition);
      if (applied.applied) for (const watch of watchers) watch(transition.name, applied.job);
      return applied;
    },
  };
  const works: Work[] = [];
  const { resultTtlSeconds, leaseSeconds, heartbeatSeconds, wakeAfterSeconds, slowModelSeconds } = stage;
  const settings = {
    deadlineSeconds: story.deadlineSeconds ?? stage.deadlineSeconds,
    ...{ resultTtlSeconds, leaseSeconds, heartbeatSeconds, wakeAfterSeconds, slowModelSeconds },
    onUnknownOutcome: story.onUnknownOutcome ?? stage.onUnknownOutcome,
    maxRunningJobs: maxRunningJobsOf(stage),
    fallBackOnRefusal: stage.fallBackOnRefusal,
    rateLimitPatienceSeconds: stage.rateLimitPatienceSeconds,
    onSlowTicket: stage.onSlowTicket,
    defaultLimits: sampleLimits,
  };
  const unrecorded: number[] = [];
  const provider = createSimulatedProvider(story.script ?? [], () => {
    const [record] = fixture.jobs.records();
    if (record?.attempts.at(-1)?.outcome !== 'started') unrecorded.push(Date.now());
  });

  /** All that one invocation of a function has: a clock of its own, and ports that end with it. */
  function dependenciesOf(invocation: Invocation) {
    const ahead = skew();
    const fetchImage = () => streamOf(onePixelPng);
    const fetchInput = () => ({ bytes: streamOf(onePixelPng), sha256: () => 'digest' });
    const ownGates = invocation.crashable(gates);
    return {
      ...fixture.submitting,
      ...{ settings, telemetry, fetchImage, fetchInput, waits: fixture.waits },
      clock: { now: () => Date.now() + ahead },
      timers: systemTimers,
      jobs: invocation.crashable(jobs),
      images: invocation.crashable(images),
      answers: invocation.crashable(fixture.answers),
      queue: invocation.crashable(queue),
      virtualKeys: { find: async () => sampleKey() },
      keys: keysOf(['provider-key']),
      gates: ownGates,
      durations: createDurationRecorder({ gates: ownGates, telemetry }),
      slots: invocation.crashable(slots),
      usage: { ...invocation.crashable(usage), pages: usage.pages },
      purge: fixture.purge,
      requestsPerMinute: () => undefined,
      maxClosedSeconds: maxClosedSecondsOf(settings.deadlineSeconds),
      convert: async () => {
        throw new Error('Nothing is to be converted here.');
      },
      provider: () => provider,
      random: () => 1,
      openJobs: createMemoryOpenJobs(fixture.jobs),
      backlog: { waiting: async () => 0 },
    };
  }
  const alive = () => new Invocation(latency);

  const crashes = [...(story.crashes ?? [])];
  let { lateCrash } = story;
  function nextCrash(): Crash | undefined {
    const crash = crashes.shift();
    if (lateCrash === undefined || Date.now() < noon + lateCrash.afterSeconds * 1000) return crash;
    const late = lateCrash;
    lateCrash = undefined;
    return late;
  }
  async function work(wakeUp: WakeUp, message: ReceivedMessage): Promise<void> {
    const invocation = new Invocation(latency, nextCrash());
    const own: Work = { invocation, startedAt: Date.now(), timedOut: false };
    works.push(own);
    const endsAt = Date.now() + stage.processJobTimeoutSeconds * 1000;
    const timer = setTimeout(() => {
      own.timedOut = invocation.killedAt === undefined;
      invocation.kill();
    }, endsAt - Date.now());
    const secondsLeft = () => (endsAt - Date.now()) / 1000;
    const mine = invocation.crashable(message);
    const dependencies = dependenciesOf(invocation);
    await handleWakeUp(telemetry, mine, wakeUp, () => processJob(dependencies, wakeUp, mine, secondsLeft));
    clearTimeout(timer);
  }
  async function deadLetter(wakeUp: WakeUp, message: ReceivedMessage): Promise<void> {
    await handleWakeUp(telemetry, message, wakeUp, () => handleDeadLetter(dependenciesOf(alive()), wakeUp));
  }
  const safe: () => CallFault = () => ({ copies: 1, lateSeconds: 0 });
  const deadLetters = createSimulatedQueue({
    ...{ visibilitySeconds: 90, maxReceives: Number.POSITIVE_INFINITY, faultOf: safe, deadLetter: () => {} },
    deliver: (wakeUp, message) => void deadLetter(wakeUp, message),
  });
  const caller = sampleCaller();
  const edit = received({
    submission: { operation: 'edit', prompt: 'x'.repeat(9000), n: 1, parameters: {}, extra: {} },
    images: [{ param: 'image', bytes: pngBytes(100) }],
    rawWanted: { request: true, response: true },
    idempotencyKey: 'key-1',
  });
  async function run({ seconds: limit, crash, over, ...extras }: RunOptions) {
    const own: SynchronousDependencies = dependenciesOf(new Invocation(latency, crash));
    const answerUntil = own.clock.now() + limit * 1000;
    const time = { answerUntil, functionEndsAt: answerUntil + (stage.modelTimeoutSeconds + 60) * 1000 };
    const asking = extras.providerKey ? withOwnKey(caller, ['openai']) : caller;
    return runSynchronously({ ...own, ...over?.(own) }, asking, 'request-1', edit, time, extras);
  }
  let sent = 0;
  const deadlineAt = noon + settings.deadlineSeconds * 1000;
  const queue = createSimulatedQueue({
    ...{ visibilitySeconds: stage.processJobTimeoutSeconds + 30, maxReceives: 10 },
    faultOf: () => (Date.now() < deadlineAt ? (story.faults?.[sent++] ?? safe()) : safe()),
    deliver: (wakeUp, message) => void work(wakeUp, message),
    deadLetter: (wakeUp, owner) => deadLetters.take(wakeUp, owner),
  });
  let stopped = false;
  async function sweeps(): Promise<void> {
    for (await seconds(story.firstSweepAfter ?? 60); !stopped; await seconds(60)) {
      void sweepJobs(dependenciesOf(alive()), () => 55);
    }
  }
  void sweeps();

  return {
    ...{ fixture, works, settings, provider, unrecorded, codes, stage, usage, run },
    /** Told the name of each transition that was made, and the job as it stands after it. */
    watch: (watcher: (name: string, job: Job) => void) => void watchers.push(watcher),
    messages: () => queue.size() + deadLetters.size(),
    record: () => fixture.jobs.records()[0],
    submit: () => submitJob(dependenciesOf(alive()), caller, 'request-1', edit),
    cancel: (id: string) => cancelJob(dependenciesOf(alive()), caller, 'edit', id),
    delete: (id: string) => deleteJob(dependenciesOf(alive()), caller, 'edit', id),
    get: (id: string) => getJob(dependenciesOf(alive()), caller, 'edit', id, noWait),
    /** Ends the sweeps, so that the story can end. */
    stop: () => {
      stopped = true;
    },
  };
}

export type JobWorld = ReturnType<typeof createJobWorld>;
