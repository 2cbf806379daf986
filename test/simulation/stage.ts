import { type Admission, createAdmission } from '../../lambda/application/admission.ts';
import { buryJob } from '../../lambda/application/bury-job.ts';
import { handleWakeUp } from '../../lambda/application/handle-wake-up.ts';
import { processJob } from '../../lambda/application/process-job.ts';
import { sweepJobs } from '../../lambda/application/sweep-jobs.ts';
import { maxClosedSecondsOf } from '../../lambda/domain/gate-closing.ts';
import type { Lane } from '../../lambda/domain/lane.ts';
import type { Addressee, LinkSigner, StorageLinks, WakeUp } from '../../lambda/domain/ports.ts';
import type { ProviderKey } from '../../lambda/domain/provider-key.ts';
import type { Telemetry } from '../../lambda/domain/telemetry.ts';
import type { Caller } from '../../lambda/domain/virtual-key.ts';
import { digestOf, drawsFrom, hashOf, mix, uuidOf } from './draws.ts';
import type { Network } from './network.ts';
import type { Bucket } from './parts/bucket.ts';
import { GateTable } from './parts/gate-table.ts';
import type { JobTable } from './parts/job-table.ts';
import type { Message, Queue } from './parts/queue.ts';
import { catalog, plan } from './parts/shelf.ts';
import type { Vendors } from './parts/vendors.ts';
import { isBlocked, type StagePlan } from './plans.ts';
import { Invocation, type Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** The functions' own timeouts in seconds, as the stack gives them. */
export const timeouts = { api: 28, stream: 300, 'process-job': 420, 'bury-job': 60, 'sweep-jobs': 55 } as const;

/** A stage's times beside those that a world draws, in seconds: the defaults. */
export const lease = { leaseSeconds: 120, heartbeatSeconds: 45, wakeAfterSeconds: 120 } as const;

export interface StageParts {
  readonly seed: number;
  readonly stage: StagePlan;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly trace: Trace;
  readonly table: JobTable;
  readonly bucket: Bucket;
  readonly vendors: Vendors;
  /** The queue of each lane: not yet there when the parts are put together. */
  readonly queues: () => Readonly<Record<Lane, Queue>>;
  readonly deadLetters: () => Queue;
  readonly jobNumberOf: (id: string) => number;
  readonly onEvent: (code: string) => void;
  /** Told which job's number an id stands for that says nothing of it by itself. */
  readonly onDerived: (id: string, number: number) => void;
}

/** Who calls with a key: its hash is its owner's name. */
export const callerOf = (owner: string, active = true): Caller => ({
  owner,
  keyHash: owner,
  key: { id: owner, name: owner, active, providers: { '*': ['*'] }, createdAt: 0 },
});

const keysOf: Readonly<Record<string, readonly ProviderKey[]>> = {
  alpha: ['a1', 'a2', 'a3'].map((apiKey) => ({ apiKey, digest: apiKey, weight: 1 })),
  beta: [{ apiKey: 'b1', digest: 'b1', weight: 1 }],
  gamma: [{ apiKey: 'c1', digest: 'c1', weight: 1 }],
};

/** Starts functions, each invocation with ports of its own. */
export class Stage {
  readonly #parts: StageParts;
  readonly #gates: GateTable;
  #invocations = 0;
  readonly admission: Admission;

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.#gates = new GateTable(parts.network);
    const { stage } = parts;
    // One container of the function that takes submissions: it remembers what it heard of the queues.
    const dependencies = this.dependenciesOf(new Invocation('container', 0, 0));
    const slots = { shared: stage.maxConcurrency * stage.jobsPerInvocation, alone: stage.maxConcurrency };
    this.admission = createAdmission({ ...dependencies, settings: { onBacklog: stage.onBacklog, workerSlots: slots } });
  }

  /** An invocation, which its function's timeout ends. */
  invoke(name: string, timeoutSeconds: number): Invocation {
    const { seed, scheduler, network } = this.#parts;
    this.#invocations += 1;
    // Any two clocks are within five seconds of each other.
    const skew = (drawsFrom(mix(seed, 0x5e3, this.#invocations))() - 0.5) * 4900;
    const invocation = new Invocation(name, this.#invocations, Math.round(skew));
    invocation.timeout = scheduler.after(timeoutSeconds * 1000, undefined, () => {
      network.mishap(-2, 'timeout');
      invocation.kill();
    });
    return invocation;
  }

  /** All that an invocation's function is made of. */
  dependenciesOf(invocation: Invocation, number = -1) {
    const { seed, stage, scheduler, network, table, bucket, vendors, trace, queues, jobNumberOf, onEvent, onDerived } =
      this.#parts;
    const draw = drawsFrom(mix(seed, 0xde9, invocation.number));
    const telemetry: Telemetry = {
      record: (code, { jobId, ...fields }, cause) => {
        onEvent(code);
        const job = jobId === undefined ? number : jobNumberOf(String(jobId));
        const because = cause === undefined ? '' : ` ${cause}`;
        trace.tell(scheduler.now, () => `${invocation.name} ${code} ${JSON.stringify(fields)}${because}`, job);
      },
    };
    let ids = 0;
    return {
      clock: { now: () => scheduler.now + invocation.skew },
      timers: {
        after: (milliseconds: number, run: () => void) => {
          const timer = scheduler.after(milliseconds, invocation, run);
          return () => timer.cancel();
        },
      },
      random: draw,
      telemetry,
      jobs: table.storeFor(invocation),
      openJobs: table.indexFor(invocation),
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
      gates: this.#gates.gatesFor(invocation),
      slots: this.#gates.slotsFor(invocation),
      virtualKeys: {
        find: (keyHash: string) =>
          network.ask(
            { invocation, label: 'keys.find', job: -3, to: 'vendor' },
            () => callerOf(keyHash, !isBlocked(stage, keyHash, scheduler.now)).key,
          ),
      },
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
      provider: () => vendors.adapterFor(invocation),
      fetchImage: (url: string, _: string, signal: AbortSignal) => vendors.fetch(invocation, url, signal),
      ids: {
        // The head of every id tells whose it is.
        random: () => {
          ids += 1;
          return uuidOf(number, mix(invocation.number, ids));
        },
        derived: async (owner: string, key: string) => {
          const id = uuidOf(mix(hashOf(owner), hashOf(key)) | 0x8000_0000, 0);
          onDerived(id, number);
          return id;
        },
      },
      sha256: (bytes: Uint8Array) => digestOf(Buffer.from(bytes).toString('latin1')),
      settings: {
        ...lease,
        deadlineSeconds: stage.deadlineSeconds,
        resultTtlSeconds: stage.resultTtlSeconds,
        onUnknownOutcome: stage.onUnknownOutcome,
        fallBackOnRefusal: false,
        rateLimitPatienceSeconds: stage.rateLimitPatienceSeconds,
        onSlowTicket: stage.onSlowTicket,
        slowModelSeconds: stage.slowModelSeconds,
        maxRunningJobs: {
          shared: Math.max(1, Math.floor(stage.maxConcurrency * stage.jobsPerInvocation * 0.8)),
          alone: Math.max(1, Math.floor(stage.maxConcurrency * 0.8)),
        },
      },
    };
  }

  /** A batch of wake-ups for a worker. */
  work(lane: Lane, batch: readonly Message[], done: (kept: ReadonlySet<Message>) => void): void {
    const { scheduler } = this.#parts;
    const endsAt = scheduler.now + timeouts['process-job'] * 1000;
    const secondsLeft = () => (endsAt - scheduler.now) / 1000;
    this.#handle('process-job', this.#parts.queues()[lane], batch, done, (dependencies, message, received) =>
      processJob(dependencies, message.wakeUp, received, secondsLeft),
    );
  }

  /** A batch of dead letters. */
  bury(batch: readonly Message[], done: (kept: ReadonlySet<Message>) => void): void {
    this.#handle('bury-job', this.#parts.deadLetters(), batch, done, (dependencies, message) =>
      buryJob(dependencies, message.wakeUp),
    );
  }

  #handle(
    name: 'process-job' | 'bury-job',
    source: Queue,
    batch: readonly Message[],
    done: (kept: ReadonlySet<Message>) => void,
    work: (
      dependencies: ReturnType<Stage['dependenciesOf']>,
      message: Message,
      received: ReturnType<Queue['receivedBy']>,
    ) => ReturnType<typeof processJob>,
  ): void {
    const invocation = this.invoke(name, timeouts[name]);
    invocation.batchSize = batch.length;
    // Lambda takes nothing off the queue for a function that died.
    invocation.onKilled = () => done(new Set(batch));
    const dependencies = this.dependenciesOf(invocation);
    const words = batch.map(async (message) => {
      const received = source.receivedBy(invocation, message);
      const carryOut = () => work(dependencies, message, received);
      const word = await handleWakeUp(dependencies.telemetry, received, message.wakeUp, carryOut);
      return word === 'keep' ? [message] : [];
    });
    void Promise.all(words).then((kept) => {
      if (invocation.isDead) return;
      invocation.end();
      done(new Set(kept.flat()));
    });
  }

  /** One sweep. */
  sweep(): void {
    const { scheduler } = this.#parts;
    const invocation = this.invoke('sweep-jobs', timeouts['sweep-jobs']);
    const endsAt = scheduler.now + timeouts['sweep-jobs'] * 1000;
    void sweepJobs(this.dependenciesOf(invocation), () => (endsAt - scheduler.now) / 1000).then(
      () => {
        invocation.end();
      },
      () => {
        invocation.end();
      },
    );
  }

  /** Links are signed by what is in them; whoever changes a part has no signature for it. */
  readonly signer: LinkSigner = {
    sign: async ({ jobId, index, expires }, nonce) => `${nonce}.${digestOf(`${jobId} ${index} ${expires} ${nonce}`)}`,
    isGenuine: (address, signature) => this.signer.isFor(address, signature.split('.')[0] ?? '', signature),
    isFor: async (address, nonce, signature) => (await this.signer.sign(address, nonce)) === signature,
  };

  /** The storage address of an object is its key. */
  readonly links: StorageLinks = { linkTo: async (key) => key };
}
