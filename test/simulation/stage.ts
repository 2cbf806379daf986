import { handleWakeUp } from '../../lambda/application/process/handle-wake-up.ts';
import { processJob } from '../../lambda/application/process/process-job.ts';
import { type Admission, createAdmission } from '../../lambda/application/submit/admission.ts';
import { handleDeadLetter } from '../../lambda/application/upkeep/handle-dead-letter.ts';
import { sweepJobs } from '../../lambda/application/upkeep/sweep-jobs.ts';
import type { Lane } from '../../lambda/domain/jobs/lane.ts';
import type { LinkSigner, StorageLinks } from '../../lambda/domain/ports.ts';
import { drawsFrom, mix } from './draws.ts';
import type { Message, Queue } from './parts/queue.ts';
import type { StagePlan } from './plans.ts';
import { type Dependencies, type PortParts, Ports } from './ports.ts';
import { Invocation } from './scheduler.ts';

/** The functions' own timeouts in seconds, as the stack gives them. */
export const timeouts = {
  api: 28,
  stream: 300,
  'process-job': 420,
  'handle-dead-letter': 60,
  'sweep-jobs': 55,
} as const;

/** That of the function that answers synchronous requests: what was begun just before an answer was due has its full time. */
export const synchronousTimeout = ({ synchronousSeconds }: StagePlan): number =>
  synchronousSeconds + maxModelTimeout + outcomeSeconds;

const maxModelTimeout = 300;
const outcomeSeconds = 60;

/** Starts functions, each invocation with ports of its own. */
export class Stage {
  readonly #parts: PortParts;
  readonly #ports: Ports;
  #invocations = 0;
  readonly admission: Admission;

  constructor(parts: PortParts) {
    this.#parts = parts;
    this.#ports = new Ports(parts);
    const { stage } = parts;
    // One container of the function that takes submissions: it remembers what it heard of the queues.
    const dependencies = this.#ports.of(new Invocation('container', 0, 0));
    const slots = { shared: stage.maxConcurrency * stage.jobsPerInvocation, alone: stage.maxConcurrency };
    this.admission = createAdmission({ ...dependencies, settings: { onBacklog: stage.onBacklog, workerSlots: slots } });
  }

  /** All that an invocation's function is made of, for the job of that number. */
  dependenciesOf(invocation: Invocation, number: number): Dependencies {
    return this.#ports.of(invocation, number);
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
  deadLetter(batch: readonly Message[], done: (kept: ReadonlySet<Message>) => void): void {
    this.#handle('handle-dead-letter', this.#parts.deadLetters(), batch, done, (dependencies, message) =>
      handleDeadLetter(dependencies, message.wakeUp),
    );
  }

  #handle(
    name: 'process-job' | 'handle-dead-letter',
    source: Queue,
    batch: readonly Message[],
    done: (kept: ReadonlySet<Message>) => void,
    work: (
      dependencies: Dependencies,
      message: Message,
      received: ReturnType<Queue['receivedBy']>,
    ) => ReturnType<typeof processJob>,
  ): void {
    const invocation = this.invoke(name, timeouts[name]);
    invocation.batchSize = batch.length;
    // Lambda takes nothing off the queue for a function that died.
    invocation.onKilled = () => done(new Set(batch));
    const dependencies = this.#ports.of(invocation);
    const words = batch.map(async (message) => {
      const received = source.receivedBy(invocation, message);
      const carryOut = () => work(dependencies, message, received);
      const action = await handleWakeUp(dependencies.telemetry, received, message.wakeUp, carryOut);
      return action === 'retry' ? [message] : [];
    });
    void Promise.all(words).then((kept) => {
      if (invocation.isDead) return;
      invocation.end();
      done(new Set(kept.flat()));
    });
  }

  /** One sweep. */
  sweep(): void {
    const { scheduler, index } = this.#parts;
    const invocation = this.invoke('sweep-jobs', timeouts['sweep-jobs']);
    const endsAt = scheduler.now + timeouts['sweep-jobs'] * 1000;
    void sweepJobs(
      { ...this.#ports.of(invocation), openJobs: index.indexFor(invocation) },
      () => (endsAt - scheduler.now) / 1000,
    ).then(
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
    sign: async ({ jobId, index, expires }, nonce) => `${nonce}.${jobId} ${index} ${expires}`,
    isGenuine: (address, signature) => this.signer.isFor(address, signature.split('.')[0] ?? '', signature),
    isFor: async (address, nonce, signature) => (await this.signer.sign(address, nonce)) === signature,
  };

  /** The storage address of an object is its key. */
  readonly links: StorageLinks = { linkTo: async (key) => key };
}
