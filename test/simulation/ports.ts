import { createDurationRecorder } from '../../lambda/application/attempt/duration-recorder.ts';
import type { FileReads } from '../../lambda/domain/files/file-objects.ts';
import type { Lane } from '../../lambda/domain/jobs/lane.ts';
import type { Caller } from '../../lambda/domain/keys/caller.ts';
import type { Addressee, WakeUp } from '../../lambda/domain/ports.ts';
import { maxClosedSecondsOf } from '../../lambda/domain/rate-limiter/gate-closing.ts';
import type { ProviderKey } from '../../lambda/domain/rate-limiter/provider-key.ts';
import type { Telemetry } from '../../lambda/domain/telemetry.ts';
import { digestOf, drawsFrom, hashOf, mix, uuidOf } from './draws.ts';
import type { Broken } from './facts.ts';
import type { Network } from './network.ts';
import type { AnswerTable } from './parts/answer-table.ts';
import type { Bucket } from './parts/bucket.ts';
import { GateTable } from './parts/gate-table.ts';
import type { InputHosts } from './parts/input-hosts.ts';
import { SimulatedJobStore } from './parts/job-store.ts';
import type { JobTable } from './parts/job-table.ts';
import type { OpenJobIndex } from './parts/open-job-index.ts';
import { catalog, plan } from './parts/provider-models.ts';
import type { Queue } from './parts/queue.ts';
import type { UsageTable } from './parts/usage-table.ts';
import type { Vendors } from './parts/vendors.ts';
import { type CountedWait, WaitCounter } from './parts/wait-counter.ts';
import { isBlocked, type StagePlan } from './plans.ts';
import { judgeOfWaits } from './promises/waits.ts';
import type { Invocation, Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** No submission of the simulation names a file. */
const noFiles = {
  inspect: async () => 'gone',
  open: async () => 'gone',
  copy: async () => 'gone',
} as const satisfies FileReads;

/** A stage's times beside those that a world draws, in seconds: the defaults. */
const lease = { leaseSeconds: 120, heartbeatSeconds: 45, wakeAfterSeconds: 120 } as const;

export interface PortParts {
  readonly seed: number;
  readonly stage: StagePlan;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly trace: Trace;
  readonly table: JobTable;
  readonly usage: UsageTable;
  readonly answers: AnswerTable;
  readonly index: OpenJobIndex;
  readonly bucket: Bucket;
  readonly vendors: Vendors;
  readonly hosts: InputHosts;
  /** The queue of each lane: not yet there when the parts are put together. */
  readonly queues: () => Readonly<Record<Lane, Queue>>;
  readonly deadLetters: () => Queue;
  readonly jobNumberOf: (id: string) => number;
  /** Told when a worker sets about to complete a job, whether or not it gets there. */
  readonly onCompleting: (id: string) => void;
  /** Told what the engine records, and of which job by its number. */
  readonly onEvent: (code: string, job: number) => void;
  /** Takes note of a broken promise. */
  readonly report: (broken: Broken) => void;
  /** Told which job's number an id stands for that says nothing of it by itself. */
  readonly onDerived: (id: string, number: number) => void;
}

/** Who calls with an owner's key. */
export const callerOf = (owner: string): Caller => ({
  ...{ owner, isAdmin: false, providers: { '*': ['*'] }, limits: {} },
});

const keysOf: Readonly<Record<string, readonly ProviderKey[]>> = {
  alpha: ['a1', 'a2', 'a3'].map((apiKey) => ({ apiKey, digest: apiKey, weight: 1 })),
  beta: [{ apiKey: 'b1', digest: 'b1', weight: 1 }],
  gamma: [{ apiKey: 'c1', digest: 'c1', weight: 1 }],
};

const because = (cause: unknown): string => (cause === undefined ? '' : ` ${cause}`);

/** What is the same in all invocations of a stage. */
const standing = (stage: StagePlan) => ({
  requestsPerMinute: () => undefined,
  maxClosedSeconds: maxClosedSecondsOf(stage.deadlineSeconds),
  keys: {
    keysFor: async (provider: string) => keysOf[provider] ?? [],
    renewed: async (provider: string) => keysOf[provider] ?? [],
  },
  catalog,
  plan,
  convert: async () => {
    throw new Error('Nothing is redrawn here.');
  },
  md5: digestOf,
  sha256: digestOf,
  purge: async () => ({ isDone: false }),
  settings: {
    ...lease,
    deadlineSeconds: stage.deadlineSeconds,
    resultTtlSeconds: stage.resultTtlSeconds,
    onUnknownOutcome: stage.onUnknownOutcome,
    fallBackOnRefusal: false,
    rateLimitPatienceSeconds: stage.rateLimitPatienceSeconds,
    onSlowTicket: stage.onSlowTicket,
    slowModelSeconds: stage.slowModelSeconds,
    defaultLimits: { maxOpenJobs: 1000, rateLimits: [] },
    maxRunningJobs: {
      shared: Math.max(1, Math.floor(stage.maxConcurrency * stage.jobsPerInvocation * 0.8)),
      alone: Math.max(1, Math.floor(stage.maxConcurrency * 0.8)),
    },
  },
});

/** All that an invocation's function is made of. */
export type Dependencies = ReturnType<Ports['of']>;

/** Makes the ports of each invocation. There are some twenty invocations a job, most of which use few of them. */
export class Ports {
  readonly #parts: PortParts;
  readonly #gates: GateTable;
  readonly #waits: WaitCounter;
  readonly #synchronous: WaitCounter;
  readonly #standing: ReturnType<typeof standing>;

  constructor(parts: PortParts) {
    this.#parts = parts;
    this.#gates = new GateTable(parts.network);
    this.#waits = this.#counterOf('waits', parts.stage.maxWaits);
    this.#synchronous = this.#counterOf('synchronous', parts.stage.maxSynchronous);
    this.#standing = standing(parts.stage);
  }

  #counterOf(name: CountedWait, maxWaits: number): WaitCounter {
    return new WaitCounter({ ...this.#parts, name, maxWaits, ...judgeOfWaits({ ...this.#parts, name, maxWaits }) });
  }

  /** The ports of an invocation that is about the job of that number; -1 for none, or several. */
  of(invocation: Invocation, number = -1) {
    const { seed, stage, scheduler, network, bucket, vendors, hosts, queues, usage, answers } = this.#parts;
    const gates = this.#gates.gatesFor(invocation);
    const telemetry = this.#telemetryOf(invocation, number);
    return {
      ...this.#standing,
      clock: { now: () => scheduler.now + invocation.skew },
      timers: {
        after: (milliseconds: number, run: () => void) => {
          const timer = scheduler.after(milliseconds, invocation, run);
          return () => timer.cancel();
        },
      },
      random: drawsFrom(mix(seed, 0xde9, invocation.number)),
      telemetry,
      jobs: new SimulatedJobStore(this.#parts, invocation),
      answers: answers.storeFor(invocation, number),
      images: bucket.storeFor(invocation),
      queue: {
        send: (wakeUp: WakeUp, job: Addressee, delaySeconds: number) =>
          queues()[job.lane].send(invocation, wakeUp, job, delaySeconds),
      },
      backlog: {
        waiting: (lane: Lane) =>
          network.ask({ invocation, label: 'queue.waiting', job: -1, to: 'store' }, () =>
            stage.sweepSeesBacklog ? queues()[lane].visible() : 0,
          ),
      },
      usage: usage.storeFor(invocation, number),
      gates,
      durations: createDurationRecorder({ gates, telemetry }),
      slots: this.#gates.slotsFor(invocation),
      waits: (invocation.name === 'run-synchronously' ? this.#synchronous : this.#waits).waitsFor(invocation),
      virtualKeys: {
        find: (id: string) =>
          network.ask({ invocation, label: 'keys.find', job: -3, to: 'vendor' }, () => ({
            ...{ id, name: id, active: !isBlocked(stage, id, scheduler.now) },
            ...{ providers: { '*': ['*'] }, limits: stage.limits[id] ?? {}, createdAt: 0 },
          })),
      },
      provider: () => vendors.adapterFor(invocation),
      fetchImage: (url: string, _: string, signal: AbortSignal) => vendors.fetch(invocation, url, signal),
      fetchInput: hosts.fetcherFor(invocation),
      ids: this.#idsOf(invocation, number),
      // Its jobs have no masks, and what inflates one takes real time.
      inspectMask: async () => 'unknown' as const,
      files: { find: async () => undefined },
      fileReads: noFiles,
      refuseAddress: () => undefined,
    };
  }

  #telemetryOf(invocation: Invocation, number: number): Telemetry {
    const { scheduler, trace, jobNumberOf, onEvent } = this.#parts;
    return {
      record: (code, { jobId, ...fields }, cause) => {
        const job = jobId === undefined ? number : jobNumberOf(String(jobId));
        onEvent(code, job);
        trace.tell(scheduler.now, () => `${invocation.name} ${code} ${JSON.stringify(fields)}${because(cause)}`, job);
      },
    };
  }

  /** The head of every id tells whose it is. */
  #idsOf(invocation: Invocation, number: number) {
    const { onDerived } = this.#parts;
    let ids = 0;
    return {
      random: () => {
        ids += 1;
        return uuidOf(number, mix(invocation.number, ids));
      },
      // Equal but for their jobs' numbers, which vendors must know.
      ofAnswer: async (identity: string) => digestOf(identity.replace(/prompt #\d+/, 'prompt')),
      derived: async (owner: string, key: string) => {
        const id = uuidOf(mix(hashOf(owner), hashOf(key)) | 0x8000_0000, 0);
        onDerived(id, number);
        return id;
      },
    };
  }
}
