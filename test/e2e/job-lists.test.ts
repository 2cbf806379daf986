import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localClientSettings } from '../../bin/local-clients.ts';
import { itemOf } from '../../lambda/adapters/dynamo/jobs/job-item.ts';
import type { JobRecord } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { ImageJob, JobListView, ListedJobView } from '../../lambda/contract/job.ts';
import { operationSegments } from '../../lambda/contract/submission-paths.ts';
import { operations } from '../../lambda/domain/generation.ts';
import { jobStatuses } from '../../lambda/domain/jobs/job.ts';
import { type AdminClient, createAdminClient } from './admin-client.ts';
import type { JobState } from './authorization/expected.ts';
import { storedJob, type Wanted } from './authorization/stored-jobs.ts';
import { openTables, type Tables, tableNamesOf } from './authorization/stored-rows.ts';
import { type Client, createClient } from './client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const path = '/v1/async/images';
const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;
let dynamo: DynamoDBClient;
let tables: Tables;
let admin: AdminClient;

beforeAll(async () => {
  darkroom = await startDarkroom();
  dynamo = new DynamoDBClient(localClientSettings(darkroom.stack, 'DYNAMODB'));
  tables = openTables(dynamo, tableNamesOf(darkroom.stack));
  admin = await createAdminClient(darkroom.stack);
});

afterAll(async () => {
  dynamo?.destroy();
  await darkroom?.stop();
});

/** A key, and the id that its jobs have as their owner. */
interface Owner {
  readonly id: string;
  readonly key: string;
  readonly client: Client;
}

async function newOwner(name: string): Promise<Owner> {
  const { id, key } = await admin.keys('POST', '', { name, providers: { '*': ['*'] } });
  return { id, key, client: createClient(darkroom.origin, key) };
}

/** What makes a job that owner's, made now. */
const newJob = (owner: string): Wanted & { readonly createdAt: number } => ({
  ...{ id: randomUUID(), submissionNonce: randomUUID(), owner },
  ...{ operation: 'generation', createdAt: Date.now() },
});

/** Every state that a job may be in, those included in which nobody sees it. */
const states = [...jobStatuses, 'expired', 'deleted'] as const satisfies readonly JobState[];
const isShown = ({ status, requestId, expiresAt = Number.POSITIVE_INFINITY }: JobRecord): boolean =>
  jobStatuses.includes(status) && requestId !== '' && expiresAt > Date.now();

/** The n-th of an owner's jobs, put straight into the store: made at that time (epoch ms), in each state and operation by turns. */
function nthJob(owner: string, number: number, createdAt: number): JobRecord {
  const state = states[number % states.length] ?? 'completed';
  const operation = operations[number % operations.length] ?? 'edit';
  // No job ends before it was made, so one that is to have expired by now lives for a second.
  const wanted = { ...newJob(owner), createdAt, operation, ...(state === 'expired' ? { resultTtlSeconds: 1 } : {}) };
  return storedJob(state, wanted, Date.now());
}

const put = (records: readonly JobRecord[]): Promise<void> =>
  tables.put(records.map((record) => ({ table: 'jobs', item: itemOf(record) })));

type Ask = (path: string) => Promise<{ readonly status: number; json(): unknown }>;

/** Lists page by page, and does something between the pages. */
async function listAll(
  ask: Ask,
  query: Record<string, string>,
  between: (page: number) => Promise<void> = async () => {},
): Promise<{ readonly jobs: readonly ListedJobView[]; readonly pages: number }> {
  const jobs: ListedJobView[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const answer = await ask(`${path}?${new URLSearchParams({ ...query, ...(cursor ? { cursor } : {}) })}`);
    expect(answer.status).toBe(200);
    const page = answer.json() as JobListView;
    jobs.push(...page.data);
    cursor = page.next_cursor;
    pages++;
    await between(pages);
  } while (cursor !== undefined);
  return { jobs, pages };
}

const idsOf = (jobs: readonly { readonly id: string }[]): readonly string[] => jobs.map(({ id }) => id);

function expectNewestFirst(jobs: readonly ListedJobView[]): void {
  const times = jobs.map(({ created_at }) => created_at);
  expect(times).toEqual(times.toSorted().toReversed());
}

describe('GET /v1/async/images', () => {
  it('lists 10,000 jobs while 500 more are made: none is missing, none comes twice', async () => {
    const owner = await newOwner('of ten thousand');
    // Three in each millisecond. Two of seven are expired or deleted.
    const begin = Date.now() - 60_000;
    const records = Array.from({ length: 14_000 }, (_, at) => nthJob(owner.id, at, begin + Math.floor(at / 3)));
    await put(records);
    const shown = records.filter(isShown);
    expect(shown).toHaveLength(10_000);
    const made: string[] = [];
    const makeMore = async (): Promise<void> => {
      const more = Array.from({ length: 4 }, () => storedJob('completed', newJob(owner.id), Date.now()));
      const [, answer] = await Promise.all([
        put(more),
        owner.client.submit('generations', { model, prompt: promptOf('one of many') }),
      ]);
      expect(answer.status).toBe(202);
      made.push(...idsOf(more), answer.job().id);
    };

    const { jobs } = await listAll(owner.client.ask, { limit: '100' }, (page) =>
      page <= 100 ? makeMore() : Promise.resolve(),
    );

    expect(made).toHaveLength(500);
    const ids = idsOf(jobs);
    expect(new Set(ids).size).toBe(ids.length);
    const late = new Set(made);
    expect(ids.filter((id) => !late.has(id)).toSorted()).toEqual(idsOf(shown).toSorted());
    expectNewestFirst(jobs);

    const filtered = shown.filter(({ status, operation }) => status === 'failed' && operation === 'variation');
    const filter = { status: 'failed', operation: 'variations', limit: '100' };
    const variations = await listAll(owner.client.ask, filter, () =>
      put([storedJob('failed', newJob(owner.id), Date.now())]),
    );
    expect(idsOf(variations.jobs).toSorted()).toEqual(idsOf(filtered).toSorted());
    expectNewestFirst(variations.jobs);
    // A page with fewer jobs than its limit is one that has examined as many as it may.
    expect(variations.pages).toBeGreaterThanOrEqual(14);

    const seen = await listAll((asked) => admin.ask('GET', asked), { owner: owner.id, limit: '100' });
    expect(seen.jobs).toHaveLength(10_500 + variations.pages);
  }, 300_000);

  it('continues among jobs of the same millisecond, one at a time', async () => {
    const owner = await newOwner('of one millisecond');
    const at = Date.now() - 10_000;
    const records = Array.from({ length: 70 }, (_, number) => nthJob(owner.id, number, at));
    await put(records);
    const shown = records.filter(isShown);
    const { jobs, pages } = await listAll(owner.client.ask, { limit: '1' });
    expect(idsOf(jobs).toSorted()).toEqual(idsOf(shown).toSorted());
    expect(pages).toBe(shown.length);
  });

  it('shows of each job what a GET of it shows, but for its result and what only the job knows', async () => {
    const owner = await newOwner('of real jobs');
    const input = `data:image/png;base64,${(await readFile('examples/coffee.png')).toString('base64')}`;
    await owner.client.run('generations', { model, prompt: promptOf('in the list') });
    await owner.client.make('generations', { model, prompt: promptOf('of a synchronous request') });
    darkroom.simulator.faults.add({ kind: 'refuse' });
    await owner.client.run('edits', { model, prompt: promptOf('refused'), image: input });
    const { jobs } = await listAll(owner.client.ask, {});
    expect(jobs.map(({ operation, status }) => [operation, status])).toEqual([
      ['edit', 'failed'],
      ['generation', 'completed'],
      ['generation', 'completed'],
    ]);
    for (const { operation, error, ...entry } of jobs) {
      const answer = await owner.client.ask(`${path}/${operationSegments[operation]}/${entry.id}`);
      const { result: _, error: whole, ...job }: ImageJob = answer.job();
      expect(entry).toEqual(job);
      expect(error === undefined).toBe(whole === undefined);
      if (error) expect(whole).toMatchObject({ ...error });
    }
    expect(JSON.stringify(jobs)).not.toContain(promptOf('').slice(0, 8));
  });

  it('shows nobody the jobs of another owner, whichever cursor they bring', async () => {
    const [mine, theirs] = [await newOwner('of a list'), await newOwner('of another list')];
    const at = Date.now() - 10_000;
    await put(Array.from({ length: 14 }, (_, number) => nthJob(theirs.id, number, at - number)));
    const own = storedJob('completed', { ...newJob(mine.id), createdAt: at - 5000 }, Date.now());
    await put([own]);
    const { next_cursor = '' } = (await theirs.client.ask(`${path}?limit=3`)).json() as JobListView;
    const answer = await mine.client.ask(`${path}?cursor=${next_cursor}`);
    expect(idsOf((answer.json() as JobListView).data)).toEqual([own.id]);
    const asked = await mine.client.ask(`${path}?owner=${theirs.id}`);
    expect([asked.status, asked.json()]).toMatchObject([403, { error: { code: 'admin_required', param: 'owner' } }]);
    const ofAdmin = await admin.ask('GET', path);
    expect(ofAdmin.json()).toEqual({ object: 'list', data: [] });
  });

  it('answers HEAD like GET, without the body', async () => {
    const owner = await newOwner('of headers');
    const answer = await owner.client.ask(path, { method: 'HEAD' });
    expect([answer.status, answer.bytes.length]).toEqual([200, 0]);
    expect(answer.headers.get('content-type')).toContain('application/json');
  });

  it.each([
    ['python', 'py', 'python3'],
    ['ts', 'ts', process.execPath],
  ])('is read to its end by the example in %s of docs/api.md', async (language, ending, interpreter) => {
    const owner = await newOwner(`of an example in ${language}`);
    const at = Date.now() - 10_000;
    // More than one page, and more than a page may examine.
    const records = Array.from({ length: 1600 }, (_, number) => nthJob(owner.id, number, at - number));
    await put(records);
    const page = await readFile('docs/api.md', 'utf8');
    const [, program = ''] = new RegExp(`### Lists\\n[^]*?\`\`\`${language}\\n([^]*?)\`\`\``).exec(page) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'darkroom-list-'));
    try {
      const file = join(folder, `list.${ending === 'ts' ? 'mts' : ending}`);
      await writeFile(file, program);
      const env = { ...process.env, DARKROOM_URL: darkroom.origin, DARKROOM_KEY: owner.key };
      const { stdout } = await promisify(execFile)(interpreter, [file], { env, maxBuffer: 10_000_000 });
      const failed = records.filter((record) => isShown(record) && record.status === 'failed');
      const lines = stdout.trim().split('\n');
      expect(lines.map((line) => line.split(' ')[0]).toSorted()).toEqual(idsOf(failed).toSorted());
      expect(lines[0]).toContain('The provider failed.');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
