import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { inspectMask } from '../../lambda/adapters/images/inspect-mask.ts';
import { createRefuseAddress } from '../../lambda/adapters/outgoing/refuse-address.ts';
import { createJobIds } from '../../lambda/adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../../lambda/adapters/secrets/link-signer.ts';
import { md5 } from '../../lambda/adapters/secrets/md5.ts';
import { sha256 } from '../../lambda/adapters/secrets/sha256.ts';
import { systemClock } from '../../lambda/adapters/system-clock.ts';
import { systemTimers } from '../../lambda/adapters/system-timers.ts';
import { createAdmission } from '../../lambda/application/submit/admission.ts';
import type { SubmitJobDependencies } from '../../lambda/application/submit/submit-job.ts';
import { limits } from '../../lambda/contract/limits.ts';
import { providerNames } from '../../lambda/contract/provider-names.ts';
import type { Candidate } from '../../lambda/domain/generation.ts';
import type { Clock } from '../../lambda/domain/ports.ts';
import type { EventCode, Telemetry } from '../../lambda/domain/telemetry.ts';
import { answerSubmission } from '../../lambda/handlers/flows/answer-submission.ts';
import { answerFault } from '../../lambda/http/answer/answer-fault.ts';
import { bufferedHandler } from '../../lambda/http/answer/buffered-handler.ts';
import { createPlanRequest } from '../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../lambda/providers/catalog.ts';
import { sampleLimits } from './api-fixture.ts';
import { knownCallers } from './known-callers.ts';
import { createMemoryFileReads } from './memory-file-reads.ts';
import { createMemoryFileStore } from './memory-file-store.ts';
import { createMemoryImageStore, type MemoryImageStore } from './memory-image-store.ts';
import { createMemoryJobQueue, type MemoryJobQueue } from './memory-job-queue.ts';
import { createMemoryJobStore, type MemoryJobStore } from './memory-job-store.ts';
import { createMemoryWaitSlots } from './memory-wait-slots.ts';

/** What one event came to. */
export interface Handled {
  readonly result: APIGatewayProxyResult;
  /** What a fault was logged with. */
  readonly faults: readonly unknown[];
}

/** The submit function over stores in memory. */
export interface SubmitPath {
  readonly jobs: MemoryJobStore;
  readonly images: MemoryImageStore;
  readonly queue: MemoryJobQueue;
  handle(event: APIGatewayProxyEvent): Promise<Handled>;
}

/** Composed as `handlers/submit-job.ts` composes it, but for what AWS keeps: the stores, the keys and the root secret. */
export function createSubmitPath(): SubmitPath {
  const jobs = createMemoryJobStore();
  const images = createMemoryImageStore();
  const queue = createMemoryJobQueue();
  const clock = hurriedClock();
  const faults: unknown[] = [];
  const telemetry: Telemetry = {
    record: (code: EventCode, _fields, cause) => void (code === 'request_failed' && faults.push(cause)),
  };
  const rootSecret = { keyFor: async () => new Uint8Array(32) };
  const catalog = createCatalog(
    Object.fromEntries(providerNames.map((name) => [name, { baseUrl: '', deployments: {} }])),
  );
  const signer = createLinkSigner(rootSecret);
  const settings = {
    deadlineSeconds: 1800,
    resultTtlSeconds: 3600,
    slowModelSeconds: 20,
    maxWaitSeconds: 25,
    defaultLimits: sampleLimits,
  };
  const plan = createPlanRequest(catalog.specOf);
  const ids = createJobIds(rootSecret);
  const timers = systemTimers;
  const admission = createAdmission({
    ...{ backlog: { waiting: async () => 0 }, catalog, clock, telemetry },
    settings: { onBacklog: 'refuse', workerSlots: { shared: 40, alone: 40 } },
  });
  const dependencies = {
    authentication: knownCallers(systemClock),
    signer,
    jobs,
    images,
    queue,
    waits: createMemoryWaitSlots({ clock, maxWaits: 5 }),
    usage: roomForAll,
    answers: { find: async () => undefined },
    usualSeconds: async (candidate: Candidate) => catalog.timing(candidate).typicalSeconds,
    catalog,
    admission,
    plan,
    ids,
    inspectMask,
    files: createMemoryFileStore(),
    fileReads: createMemoryFileReads(images),
    refuseAddress: createRefuseAddress({ trustedHosts: [], maxCharacters: limits.addressCharacters }),
    clock,
    timers,
    telemetry,
    md5,
    sha256,
    settings,
  };
  const handler = bufferedHandler(answerSubmission(dependencies), answerFault(telemetry), []);
  return {
    jobs,
    images,
    queue,
    async handle(event) {
      faults.length = 0;
      const result = await handler(event, { getRemainingTimeInMillis: () => 28_000 } as Context);
      return { result, faults: [...faults] };
    },
  };
}

/** Submissions come by the million here, and no job of theirs ever ends. */
const roomForAll: SubmitJobDependencies['usage'] = {
  reserve: async () => ({ reserved: true, windows: [], budgets: [] }),
  refund: async () => true,
};

/** A minute passes between two looks at it, so that nobody waits for a job that no worker will ever end. */
function hurriedClock(): Clock {
  let now = Date.UTC(2026, 10, 20, 12);
  return {
    now: () => {
      now += 60_000;
      return now;
    },
  };
}
