import { createHash } from 'node:crypto';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { createJobIds } from '../../lambda/adapters/job-ids.ts';
import { hashOfKey } from '../../lambda/adapters/key-hash.ts';
import { createLinkSigner } from '../../lambda/adapters/link-signer.ts';
import { authenticate } from '../../lambda/application/authenticate.ts';
import { submitJob } from '../../lambda/application/submit-job.ts';
import { waitForEnd } from '../../lambda/application/wait-for-end.ts';
import { providerNames } from '../../lambda/contract/provider-names.ts';
import { operationOf } from '../../lambda/contract/routes.ts';
import { firstCandidate } from '../../lambda/domain/job.ts';
import type { Clock, EventCode, KeyStore, Telemetry } from '../../lambda/domain/ports.ts';
import type { ReceivedSubmission } from '../../lambda/domain/received-submission.ts';
import { presentedKeyHash } from '../../lambda/handlers/presented-key.ts';
import { answerFault } from '../../lambda/http/answer-fault.ts';
import { readApiRequest } from '../../lambda/http/api-request.ts';
import { bufferedHandler } from '../../lambda/http/buffered-response.ts';
import { bufferedAnswerBytes } from '../../lambda/http/job-body.ts';
import { jobResponse } from '../../lambda/http/job-response.ts';
import { readSubmission } from '../../lambda/http/submission-request.ts';
import { createCatalog } from '../../lambda/providers/catalog.ts';
import { createPlanRequest } from '../../lambda/providers/shared/plan-request.ts';
import { sampleCaller } from './api-bench.ts';
import { createMemoryImageStore, type MemoryImageStore } from './memory-image-store.ts';
import { createMemoryJobQueue, type MemoryJobQueue } from './memory-job-queue.ts';
import { createMemoryJobStore, type MemoryJobStore } from './memory-job-store.ts';

/** The virtual key that the submit path knows. Every other is unknown to it. */
export const knownKey = 'sk-bf-known';

/** What one event came to. */
export interface Handled {
  readonly result: APIGatewayProxyResult;
  /** The submission as it was read; absent where the reading refused it. */
  readonly received: ReceivedSubmission | undefined;
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

/** Composed as `handlers/submit-job.ts` composes it: the same steps, catalogue, plan and answers, but for the stores. */
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
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const settings = { deadlineSeconds: 1800, resultTtlSeconds: 3600 };
  const plan = createPlanRequest(catalog.rowOf);
  const ids = createJobIds(rootSecret);
  const submitting = { jobs, images, queue, catalog, plan, ids, clock, telemetry, sha256, settings };
  let received: ReceivedSubmission | undefined;
  const handler = bufferedHandler(async (event) => {
    const request = readApiRequest(event);
    const caller = await authenticate(keys, clock, presentedKeyHash(request));
    received = await readSubmission(request, operationOf(request.method, request.resource));
    const accepted = await submitJob(submitting, caller, request.requestId, received);
    const job = await waitForEnd(jobs, clock, accepted.job, received.waitSeconds);
    return jobResponse(request, job, {
      signer,
      open: images.open,
      typicalSeconds: catalog.timing(firstCandidate(job)).typicalSeconds,
      now: clock.now(),
      mostBytes: bufferedAnswerBytes,
      replayed: accepted.replayed,
      waitedSeconds: received.waitSeconds,
    });
  }, answerFault(telemetry));
  return {
    jobs,
    images,
    queue,
    async handle(event) {
      received = undefined;
      faults.length = 0;
      const result = await handler(event, {} as Context);
      return { result, received, faults: [...faults] };
    },
  };
}

const knownHash = hashOfKey(knownKey);
const keys: KeyStore = { find: async (hash) => (hash === knownHash ? sampleCaller().key : undefined) };

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
