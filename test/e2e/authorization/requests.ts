import { randomUUID } from 'node:crypto';
import { answerItem } from '../../../lambda/adapters/dynamo/answers/answer-item.ts';
import { itemOf } from '../../../lambda/adapters/dynamo/jobs/job-item.ts';
import { newKeyId } from '../../../lambda/adapters/secrets/new-virtual-key.ts';
import type { Route } from '../../../lambda/contract/route.ts';
import type { Operation } from '../../../lambda/domain/generation.ts';
import { type JobState, jobStates } from './expected.ts';
import { filePlanners } from './file-requests.ts';
import { keyPlanners } from './key-requests.ts';
import type { PlannedRequest, Planner, RequestKit } from './planned-request.ts';
import { storedAnswer } from './stored-answers.ts';
import { storedJob } from './stored-jobs.ts';
import type { Row } from './stored-rows.ts';

/** A kind of route is a route whatever its operation. */
export const kindOf = ({ id, operation }: Pick<Route, 'id' | 'operation'>): string =>
  operation === undefined ? id : id.replace(`-${operation}`, '');

const onAJob: Planner = ({ otherOwner }, route, state, owner) => {
  const job = jobFor(route, state, { id: randomUUID(), owner, otherOwner });
  return {
    path: route.path.replace('{job_id}', spelled(state, job.id)),
    init: { method: route.method },
    rows: job.rows,
  };
};

const onAnAnswer: Planner = ({ otherOwner }, { method, path }, state, owner) => {
  const id = randomUUID();
  const entry = storedAnswer(state, { id, owner: state === 'of another owner' ? otherOwner : owner });
  return {
    path: path.replace('{cache_id}', spelled(state, id)),
    init: { method },
    rows: state === 'unknown' ? [] : [{ table: 'answers', item: answerItem(entry) }],
  };
};

const submission: Planner = async ({ ids, fingerprints, otherOwner }, route, state, owner) => {
  const key = randomUUID();
  const asked = operationOf(route);
  const fingerprint = fingerprints[state === 'of another operation' ? otherThan(asked) : asked];
  const id = await ids.derived(state === 'of another owner' ? otherOwner : owner, key);
  const job = jobFor(route, state, { id, owner, otherOwner }, fingerprint);
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': state === 'malformed' ? 'two words' : key,
  };
  const path = `${route.path}${queries[state] ?? ''}`;
  return { path, init: { method: 'POST', headers, body: bodies[asked] }, rows: job.rows };
};

/** What stands behind the path in a state. */
const queries: Readonly<Record<string, string>> = {
  'a quote': '?quote=true',
};

const plain: Planner = (_kit, { path }) => ({ path, init: {}, rows: [] });

/** A list, with a job of the owner whom it names, if there is one. */
const aList: Planner = ({ otherOwner }, { path }, state) => {
  const queries: Readonly<Record<string, string>> = {
    'of another, named owner': `?owner=${otherOwner}`,
    'of an unknown, named owner': `?owner=${newKeyId()}`,
    'behind a malformed cursor': '?cursor=none',
  };
  const wanted = { id: randomUUID(), submissionNonce: randomUUID(), owner: otherOwner, operation: 'edit' } as const;
  const item = itemOf(storedJob('completed', wanted, Date.now()));
  return { path: `${path}${queries[state] ?? ''}`, init: {}, rows: [{ table: 'jobs', item }] };
};

/** How each kind of route is asked about a state. */
const planners: Readonly<Record<string, Planner>> = {
  get: onAJob,
  cancel: onAJob,
  delete: onAJob,
  submit: submission,
  run: submission,
  'get-image': async ({ signer, otherOwner }, route, state, owner) => {
    const job = jobFor(route, state, { id: randomUUID(), owner, otherOwner });
    const jobId = spelled(state, job.id);
    const expires = Math.floor((job.expiresAt ?? Date.now() + 3600_000) / 1000);
    const signature = await signer.sign({ jobId, index: 0, expires }, job.submissionNonce);
    const path = route.path.replace('{job_id}', jobId).replace('{index}', '0');
    return { path: `${path}?expires=${expires}&signature=${signature}`, init: { redirect: 'manual' }, rows: job.rows };
  },
  'delete-answer': onAnAnswer,
  'list-models': plain,
  'list-jobs': aList,
  'show-usage': plain,
  'show-model': (_kit, { path }, state) => ({
    path: path.replace('{model+}', modelIds[state] ?? ''),
    init: {},
    rows: [],
  }),
  health: plain,
  openapi: plain,
  ...filePlanners,
  ...keyPlanners,
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
  /** Epoch milliseconds; absent where it is open, or the state is that there is none. */
  readonly expiresAt?: number;
  readonly rows: readonly Row[];
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
  if (!stored) return { id, submissionNonce, rows: [] };
  const wanted = {
    ...{ id, submissionNonce },
    owner: stored === 'of another owner' ? otherOwner : owner,
    operation: stored === 'of another operation' ? otherThan(operation) : operation,
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
  const record = storedJob(stored satisfies JobState, wanted, Date.now());
  const { expiresAt } = record;
  return {
    ...{ id, submissionNonce, rows: [{ table: 'jobs', item: itemOf(record) }] },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** An id that differs in nothing but its spelling names no job. */
const spelled = (state: string, id: string): string => (state === 'malformed' ? id.toUpperCase() : id);

const operationOf = ({ operation = 'generation' }: Pick<Route, 'operation'>): Operation => operation;

const otherThan = (operation: Operation): Operation => (operation === 'generation' ? 'edit' : 'generation');

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** How the id of a model stands in a path, in each state of it. */
const modelIds: Readonly<Record<string, string>> = {
  'a model': 'openai/gpt-image-2',
  'a model, its slash encoded': 'openai%2Fgpt-image-2',
  'a snapshot of a model': 'openai/gpt-image-2-2026-04-21',
  'an unknown model': 'openai/none',
  'no id of a model': 'none',
};

/** One submission of each operation. Of the completed jobs of the matrix there are no images to be shown otherwise. */
const common = { model: 'openai/gpt-image-2', response_format: 'url' };
const prompt = 'who may call';
export const bodies: Readonly<Record<Operation, string>> = {
  generation: JSON.stringify({ ...common, prompt }),
  edit: JSON.stringify({ ...common, prompt, image: pixel }),
  variation: JSON.stringify({ ...common, image: pixel }),
};
