import { inspectMask } from '../../lambda/adapters/images/inspect-mask.ts';
import { providerKey } from '../../lambda/adapters/secrets/key-pool.ts';
import { systemTimers } from '../../lambda/adapters/system-timers.ts';
import { createDurationRecorder } from '../../lambda/application/attempt/duration-recorder.ts';
import type { Disposition } from '../../lambda/application/process/message-disposition.ts';
import type { ProcessJobDependencies } from '../../lambda/application/process/process-job.ts';
import { processJob } from '../../lambda/application/process/process-job.ts';
import { ProviderFailure } from '../../lambda/domain/failure.ts';
import type { ImageRequest } from '../../lambda/domain/generation.ts';
import type { ByteStream } from '../../lambda/domain/images/image.ts';
import type { Ticket } from '../../lambda/domain/jobs/attempt.ts';
import { acceptedJob, type Job, type JobOrder } from '../../lambda/domain/jobs/job.ts';
import type { GateStore, ProviderKeys, ReceivedMessage, WakeUp } from '../../lambda/domain/ports.ts';
import type { Failed, Finished, ImageProvider, ProviderCall, Waiting } from '../../lambda/domain/provider.ts';
import type { EventCode, EventFields, Telemetry } from '../../lambda/domain/telemetry.ts';
import { sampleKey } from './api-fixture.ts';
import { createFixedClock } from './fixed-clock.ts';
import { createMemoryGateStore } from './memory-gate-store.ts';
import { createMemoryImageStore } from './memory-image-store.ts';
import { createMemoryJobQueue } from './memory-job-queue.ts';
import { createMemoryJobStore } from './memory-job-store.ts';
import { createMemoryKnownAnswers } from './memory-known-answers.ts';
import { createMemorySlotStore } from './memory-slot-store.ts';
import { createMemoryUsageStore } from './memory-usage-store.ts';
import { sampleOrder } from './sample-job.ts';

/** The smallest png: one transparent pixel. */
export const onePixelPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
  'base64',
);

export async function* streamOf(...chunks: readonly Uint8Array[]): ByteStream {
  yield* chunks;
}

/** What a scripted provider does with one request. */
export type Act<Answer = Finished | Waiting> = (call: ProviderCall, model: string) => Promise<Answer>;

export const deliverImages =
  (count = 1): Act =>
  async (call) => {
    const images = [];
    for (let index = 0; index < count; index += 1) {
      images.push({ image: await call.saveImage(index, streamOf(onePixelPng)) });
    }
    return { status: 'finished', images, warnings: [] };
  };

export const failWith =
  (...failure: ConstructorParameters<typeof ProviderFailure>): Act =>
  async () => {
    throw new ProviderFailure(...failure);
  };

/** A message that remembers how it was handled. */
export interface RecordedMessage extends ReceivedMessage {
  readonly hidden: number[];
  removed: boolean;
}

export function createMessage(ageSeconds = 0): RecordedMessage {
  const message: RecordedMessage = {
    ageSeconds,
    isAlone: true,
    hidden: [],
    removed: false,
    hideFor: async (seconds) => void message.hidden.push(seconds),
    remove: async () => {
      message.removed = true;
    },
  };
  return message;
}

/** Keys as they stand in the parameter store. */
export function keysOf(texts: readonly string[], renewed = texts): ProviderKeys {
  const keys = (each: readonly string[]) => each.map((text) => providerKey(text));
  return { keysFor: async () => keys(texts), renewed: async () => keys(renewed) };
}

/** The seconds that a worker sleeps for itself pass at once on a fixture, and the clock goes on by them. */
const isSleep = (milliseconds: number): boolean => milliseconds >= 1000 && milliseconds <= 5000;

/** A worker with everything around it in memory, and a provider that follows a script, one act a request. */
export function createWorkerFixture(
  script: Act[],
  options: {
    order?: Partial<JobOrder>;
    resume?: Act<Finished | Waiting | Failed>[];
    cancel?: ImageProvider['cancel'];
    imagesPerRequest?: number;
    /** The texts of the provider's keys. */
    keys?: readonly string[];
    requestsPerMinute?: number;
    gates?: GateStore;
  } = {},
) {
  const clock = createFixedClock();
  const jobs = createMemoryJobStore();
  const images = createMemoryImageStore();
  const queue = createMemoryJobQueue();
  const gates = options.gates ?? createMemoryGateStore();
  const slots = createMemorySlotStore();
  const usage = createMemoryUsageStore();
  const answers = createMemoryKnownAnswers();
  const events: { code: EventCode; fields: EventFields; cause: unknown }[] = [];
  const telemetry: Telemetry = { record: (code, fields, cause) => void events.push({ code, fields, cause }) };
  const asked: string[] = [];
  const requests: ImageRequest[] = [];
  const act = <Answer>(acts: Act<Answer>[], call: ProviderCall, model: string): Promise<Answer> => {
    const next = acts.shift();
    if (!next) throw new Error('The provider was asked more often than its script knows.');
    return next(call, model);
  };
  const provider: ImageProvider = {
    start(request, call) {
      asked.push(request.model);
      requests.push(request);
      return act(script, call, request.model);
    },
    ...(options.resume
      ? { resume: (_: Ticket, call: ProviderCall) => act(options.resume ?? [], call, 'resumed') }
      : {}),
    ...(options.cancel ? { cancel: options.cancel } : {}),
  };
  const dependencies: ProcessJobDependencies = {
    virtualKeys: { find: async () => sampleKey() },
    jobs,
    images,
    answers,
    queue,
    clock,
    timers: {
      after(milliseconds, callback) {
        if (!isSleep(milliseconds)) return systemTimers.after(milliseconds, callback);
        return systemTimers.after(0, () => {
          clock.advance(milliseconds / 1000);
          callback();
        });
      },
    },
    telemetry,
    catalog: {
      resolve: () => ({ provider: 'openai', model: 'unused' }),
      price: () => undefined,
      timing: () => ({ typicalSeconds: 20, timeoutSeconds: 300, isPolled: false }),
    },
    plan: ({ model }, submission) => ({
      request: {
        ...submission,
        n: Math.min(submission.n, options.imagesPerRequest ?? 10),
        model,
        prompt: submission.prompt ?? '',
        images: [],
      },
      deployment: `deployed-${model}`,
      warnings: [],
    }),
    convert: async () => {
      throw new Error('Nothing is to be converted here.');
    },
    provider: () => provider,
    fetchImage: () => streamOf(onePixelPng),
    fetchInput: () => ({ bytes: streamOf(onePixelPng), sha256: () => 'digest' }),
    inspectMask,
    gates,
    durations: createDurationRecorder({ gates, telemetry }),
    slots,
    usage,
    requestsPerMinute: () => options.requestsPerMinute,
    maxClosedSeconds: 225,
    keys: keysOf(options.keys ?? ['provider-key']),
    random: () => 1,
    settings: {
      leaseSeconds: 120,
      heartbeatSeconds: 45,
      maxRunningJobs: { shared: 32, alone: 32 },
      onUnknownOutcome: 'retry',
      fallBackOnRefusal: false,
      rateLimitPatienceSeconds: 20,
      onSlowTicket: 'wait',
    },
  };
  const order = sampleOrder(options.order);
  return {
    clock,
    jobs,
    images,
    queue,
    gates,
    slots,
    usage,
    answers,
    events,
    asked,
    requests,
    dependencies,
    order,
    async accept(): Promise<void> {
      await jobs.create(acceptedJob(order));
    },
    async job(): Promise<Job> {
      const job = await jobs.find(order.id);
      if (!job) throw new Error('The job is gone.');
      return job;
    },
    process(
      over: Partial<ProcessJobDependencies> = {},
      wakeUp: Partial<WakeUp> = {},
      message = createMessage(),
      secondsLeft: number | (() => number) = 420,
    ): Promise<Disposition> {
      return processJob(
        { ...dependencies, ...over },
        { jobId: order.id, hop: 0, ...wakeUp },
        message,
        typeof secondsLeft === 'number' ? () => secondsLeft : secondsLeft,
      );
    },
  };
}
