import { randomUUID } from 'node:crypto';
import { inspectMask } from '../../lambda/adapters/images/inspect-mask.ts';
import { createRefuseAddress } from '../../lambda/adapters/outgoing/refuse-address.ts';
import { md5 } from '../../lambda/adapters/secrets/md5.ts';
import { sha256 } from '../../lambda/adapters/secrets/sha256.ts';
import { systemTimers } from '../../lambda/adapters/system-timers.ts';
import type { SubmitJobDependencies } from '../../lambda/application/submit/submit-job.ts';
import { limits } from '../../lambda/contract/limits.ts';
import { GatewayError } from '../../lambda/domain/error-code.ts';
import { ProviderFailure } from '../../lambda/domain/failure.ts';
import { acceptedJob, type OpenJob } from '../../lambda/domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../lambda/domain/jobs/received-submission.ts';
import { claim, startAttempt } from '../../lambda/domain/jobs/transitions.ts';
import type { Caller } from '../../lambda/domain/keys/caller.ts';
import type { KeyLimits } from '../../lambda/domain/keys/key-limits.ts';
import type { VirtualKey } from '../../lambda/domain/keys/virtual-key.ts';
import type { JobIds } from '../../lambda/domain/ports.ts';
import type { EventCode, EventFields, Telemetry } from '../../lambda/domain/telemetry.ts';
import type { GrantedWait } from '../../lambda/domain/usage/granted-wait.ts';
import { createFixedClock } from './fixed-clock.ts';
import { createMemoryFileReads } from './memory-file-reads.ts';
import { createMemoryFileStore } from './memory-file-store.ts';
import { createMemoryImageStore } from './memory-image-store.ts';
import { createMemoryJobQueue } from './memory-job-queue.ts';
import { createMemoryJobStore } from './memory-job-store.ts';
import { createMemoryKnownAnswers } from './memory-known-answers.ts';
import { createMemoryOpenJobs } from './memory-open-jobs.ts';
import { createMemoryUsageStore } from './memory-usage-store.ts';
import { createMemoryWaitSlots } from './memory-wait-slots.ts';
import { sampleAttempt, sampleOrder } from './sample-job.ts';

export const sampleKey = (over: Partial<VirtualKey> = {}): VirtualKey => ({
  ...{ id: 'vk_1', name: 'one', active: true, providers: { '*': ['*'] }, limits: {}, createdAt: 0 },
  ...over,
});

/** Who calls with a virtual key. */
export const sampleCaller = (over: Partial<Caller> = {}): Caller => ({
  ...{ owner: 'vk_1', isAdmin: false, providers: { '*': ['*'] }, limits: {} },
  ...over,
});

export const received = (over: Partial<ReceivedSubmission> = {}): ReceivedSubmission => ({
  model: 'openai/good',
  fallbacks: [],
  submission: { operation: 'generation', prompt: 'a lighthouse', n: 1, parameters: {}, extra: {} },
  responseFormat: 'url',
  rawWanted: { request: false, response: false },
  images: [],
  waitSeconds: 0,
  ...over,
});

/** Of a caller whose answer comes at once. */
export const noWait: GrantedWait = { until: 0, grantedSeconds: 0, functionEndsAt: 0 };

/** What owners may ask for whose keys don't say. */
export const sampleLimits: KeyLimits = {
  maxOpenJobs: 1000,
  rateLimits: [{ requests: 600, period: '1m' }],
  budgets: [],
};

const ids: JobIds = {
  random: randomUUID,
  ofAnswer: async (identity) => `answer of ${identity}`,
  derived: async (owner, key) => {
    const hex = sha256(`${owner} ${key}`);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
  },
};

/** A catalogue of `openai/good`, `openai/better`, and `openai/odd`, which can't serve what it is asked. */
const providerModels = ['good', 'better', 'odd'];

/** All that the functions behind the API and the caretakers need, in memory. */
export function createApiFixture() {
  const clock = createFixedClock();
  const jobs = createMemoryJobStore();
  const images = createMemoryImageStore();
  const files = createMemoryFileStore();
  const queue = createMemoryJobQueue();
  const usage = createMemoryUsageStore();
  const answers = createMemoryKnownAnswers();
  const events: { code: EventCode; fields: EventFields; cause: unknown }[] = [];
  const telemetry: Telemetry = { record: (code, fields, cause) => void events.push({ code, fields, cause }) };
  const submitting: SubmitJobDependencies = {
    jobs,
    images,
    queue,
    usage,
    answers,
    clock,
    // Pauses pass at once.
    timers: { after: (_, callback) => systemTimers.after(0, callback) },
    telemetry,
    admission: { admit: () => {} },
    ids,
    inspectMask,
    files,
    fileReads: createMemoryFileReads(images),
    refuseAddress: createRefuseAddress({ trustedHosts: [], maxCharacters: limits.addressCharacters }),
    md5,
    sha256,
    catalog: {
      resolve(name) {
        const [provider = '', model = ''] = name.split('/');
        if (provider !== 'openai') throw new GatewayError('unknown_provider', `No provider ${provider}.`);
        if (!providerModels.includes(model)) throw new GatewayError('invalid_value', `No model ${model}.`);
        return { provider, model };
      },
      price: () => undefined,
      timing: ({ model }) => ({ typicalSeconds: model === 'better' ? 60 : 20, timeoutSeconds: 300, isPolled: false }),
    },
    plan: ({ model }, submission) => {
      if (model === 'odd') throw new ProviderFailure('unsupported', 'The model odd can not do this.');
      const request = { ...submission, model, prompt: submission.prompt ?? '', images: [] };
      return { request, deployment: model, warnings: [] };
    },
    settings: { deadlineSeconds: 1800, resultTtlSeconds: 3600, slowModelSeconds: 30, defaultLimits: sampleLimits },
  };
  const order = sampleOrder();
  return {
    clock,
    timers: systemTimers,
    jobs,
    images,
    files,
    queue,
    usage,
    answers,
    ownedAnswers: answers,
    purge: async () => ({ isDone: true }),
    telemetry,
    events,
    openJobs: createMemoryOpenJobs(jobs),
    backlog: { waiting: async () => 0 },
    ids,
    waits: createMemoryWaitSlots({ clock, maxWaits: 5 }),
    random: () => 0,
    submitting,
    catalog: submitting.catalog,
    order,
    settings: { leaseSeconds: 120, wakeAfterSeconds: 120 },
    codes: () => events.map(({ code }) => code),
    /** Accepts the sample job. */
    async accept(over: Partial<typeof order> = {}): Promise<void> {
      await jobs.create(acceptedJob({ ...order, ...over }));
    },
    /** A worker takes the sample job at the clock's time, and has a provider request under way. */
    async work(ticket?: { readonly id: string }): Promise<OpenJob> {
      const claimed = await jobs.apply(order.id, claim(0, clock.now(), 120));
      if (!claimed.applied) throw new Error('The job was not claimed.');
      const attempt = sampleAttempt(ticket ? { ticket } : {});
      const started = await jobs.apply(order.id, startAttempt(claimed.job as OpenJob, attempt));
      return started.job as OpenJob;
    },
  };
}

export type ApiFixture = ReturnType<typeof createApiFixture>;
