import { randomUUID } from 'node:crypto';
import type { JobRecord } from '../../../lambda/adapters/job-record.ts';
import type { Route } from '../../../lambda/contract/route.ts';
import type { Operation } from '../../../lambda/domain/generation.ts';
import type { JobIds, LinkSigner } from '../../../lambda/domain/ports.ts';
import { type JobState, jobStates } from './expected.ts';
import { storedJob } from './stored-jobs.ts';

/** What requests are made with. */
export interface RequestKit {
  readonly ids: JobIds;
  readonly signer: LinkSigner;
  /** The fingerprint of the one submission of each operation. */
  readonly fingerprints: Readonly<Record<Operation, string>>;
  /** The id of the key that every other owner's job belongs to. */
  readonly otherOwner: string;
}

/** A request of the matrix, without its credential. */
export interface PlannedRequest {
  readonly path: string;
  readonly init: RequestInit & { readonly headers?: Record<string, string> };
  /** The job that must be in the table before it is sent. */
  readonly job?: JobRecord;
}

/** A kind of route is a route whatever its operation. */
export const kindOf = ({ id, operation }: Pick<Route, 'id' | 'operation'>): string =>
  operation === undefined ? id : id.replace(`-${operation}`, '');

type Planner = (
  kit: RequestKit,
  route: Route,
  state: string,
  owner: string,
) => Promise<PlannedRequest> | PlannedRequest;

const onAJob: Planner = ({ otherOwner }, route, state, owner) => {
  const job = jobFor(route, state, { id: randomUUID(), owner, otherOwner });
  return withJob(job, { path: route.path.replace('{job_id}', spelled(state, job.id)), init: { method: route.method } });
};

/** How each kind of route is asked about a state. */
const planners: Readonly<Record<string, Planner>> = {
  get: onAJob,
  cancel: onAJob,
  delete: onAJob,
  submit: async ({ ids, fingerprints, otherOwner }, route, state, owner) => {
    const key = randomUUID();
    const asked = operationOf(route);
    const fingerprint = fingerprints[state === 'of another operation' ? otherThan(asked) : asked];
    const id = await ids.derived(state === 'of another owner' ? otherOwner : owner, key);
    const job = jobFor(route, state, { id, owner, otherOwner }, fingerprint);
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': state === 'malformed' ? 'two words' : key,
    };
    return withJob(job, { path: route.path, init: { method: 'POST', headers, body: bodies[asked] } });
  },
  'get-image': async ({ signer, otherOwner }, route, state, owner) => {
    const job = jobFor(route, state, { id: randomUUID(), owner, otherOwner });
    const jobId = spelled(state, job.id);
    const expires = Math.floor((job.record?.expiresAt ?? Date.now() + 3600_000) / 1000);
    const signature = await signer.sign({ jobId, index: 0, expires }, job.submissionNonce);
    const path = route.path.replace('{job_id}', jobId).replace('{index}', '0');
    return withJob(job, { path: `${path}?expires=${expires}&signature=${signature}`, init: { redirect: 'manual' } });
  },
  'list-models': (_kit, { path }) => ({ path, init: {} }),
  health: (_kit, { path }) => ({ path, init: {} }),
  openapi: (_kit, { path }) => ({ path, init: {} }),
};

/** Plans the request of a cell for somebody whose own jobs are that owner's. Throws for a route that nobody has planned for. */
export async function planRequest(
  kit: RequestKit,
  route: Route,
  state: string,
  owner: string,
): Promise<PlannedRequest> {
  const planner = planners[kindOf(route)];
  if (!planner) throw new Error(`Nothing says how the route ${route.id} is asked.`);
  return planner(kit, route, state, owner);
}

interface CellJob {
  readonly id: string;
  readonly submissionNonce: string;
  /** Absent where the state is that there is no job. */
  readonly record?: JobRecord;
}

function jobFor(
  route: Route,
  state: string,
  { id, owner, otherOwner }: { readonly id: string; readonly owner: string; readonly otherOwner: string },
  fingerprint?: string,
): CellJob {
  const submissionNonce = randomUUID();
  const operation = operationOf(route);
  const stored = jobStates.find((each) => each === state) ?? (state === 'malformed' ? 'completed' : undefined);
  if (!stored) return { id, submissionNonce };
  const wanted = {
    ...{ id, submissionNonce },
    owner: stored === 'of another owner' ? otherOwner : owner,
    operation: stored === 'of another operation' ? otherThan(operation) : operation,
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
  return { id, submissionNonce, record: storedJob(stored satisfies JobState, wanted, Date.now()) };
}

const withJob = ({ record }: CellJob, request: PlannedRequest): PlannedRequest => ({
  ...request,
  ...(record === undefined ? {} : { job: record }),
});

/** An id that differs in nothing but its spelling names no job. */
const spelled = (state: string, id: string): string => (state === 'malformed' ? id.toUpperCase() : id);

const operationOf = ({ operation = 'generation' }: Pick<Route, 'operation'>): Operation => operation;

const otherThan = (operation: Operation): Operation => (operation === 'generation' ? 'edit' : 'generation');

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** One submission of each operation, that the provider will refuse: who is let in costs nobody a picture. */
const model = 'openai/gpt-image-2';
const prompt = 'who may call [fail:refuse]';
export const bodies: Readonly<Record<Operation, string>> = {
  generation: JSON.stringify({ model, prompt }),
  edit: JSON.stringify({ model, prompt, image: pixel }),
  variation: JSON.stringify({ model, image: pixel }),
};
