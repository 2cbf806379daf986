import type { JobRecord } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { Submission } from '../../lambda/domain/generation.ts';
import type { ImageFacts } from '../../lambda/domain/images/image.ts';
import { readImageHeader } from '../../lambda/domain/images/image-header.ts';
import type { LedgerEntry } from '../../local/vendors/request-log.ts';
import type { ChaosStage } from './chaos-stage.ts';
import type { JobHistory } from './history.ts';
import type { Scenario } from './scenario.ts';
import { readStepLog, type StepCounts } from './step-counts.ts';
import type { Stores } from './stores.ts';

/** One planned job with everything that was seen of it. */
export interface JobEvidence {
  readonly history: JobHistory;
  /** Its row at the end, also where no client was told of it; undefined where there is none. */
  readonly row: JobRecord | undefined;
  /** What providers were asked for it, by the simulator's own ledger. Polls are none. */
  readonly requests: readonly LedgerEntry[];
  /** What its result's objects hold, by key; undefined where there is no such object. */
  readonly images: ReadonlyMap<string, (ImageFacts & { readonly bytes: number }) | undefined>;
}

/** All that a run leaves behind. */
export interface Evidence {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly seconds: number;
  readonly jobs: readonly JobEvidence[];
  readonly steps: StepCounts;
  readonly objectKeys: readonly string[];
  /** Requests that cost money and belong to no planned job. */
  readonly strayRequests: readonly LedgerEntry[];
  readonly messages: { readonly jobs: number; readonly deadLetters: number };
  readonly logLines: readonly string[];
}

interface RunEnd {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly stage: ChaosStage;
  readonly histories: readonly JobHistory[];
  readonly seconds: number;
}

export async function gatherEvidence({ scenario, seed, stage, histories, seconds }: RunEnd): Promise<Evidence> {
  const { stores, simulator, logLines } = stage;
  const [rows, objectKeys, messages, steps] = await Promise.all([
    stores.allJobs(),
    stores.objectKeys(),
    stores.messages(),
    readStepLog(stage.stepLog),
  ]);
  const specOf = await rowFinder(rows, stores);
  const asked = Map.groupBy(
    simulator.ledger.requests().filter(({ prompt }) => prompt),
    ({ prompt = '' }) => tokenIn(prompt) ?? '',
  );
  const jobs: JobEvidence[] = [];
  for (const history of histories) {
    const row = specOf(history);
    jobs.push({
      history,
      row,
      requests: asked.get(history.plan.token) ?? [],
      images: new Map(await Promise.all(keysOf(row).map(async (key) => [key, await read(stage, key)] as const))),
    });
  }
  const known = new Set(histories.map(({ plan }) => plan.token));
  const strayRequests = [...asked].flatMap(([token, entries]) => (known.has(token) ? [] : entries));
  return { scenario, seed, seconds, jobs, steps, objectKeys, strayRequests, messages, logLines };
}

const tokenIn = (prompt: string): string | undefined => /^\S+-\d+-(?= )/.exec(prompt)?.[0];

/** A job that no client was told of is found by the token in its prompt. */
async function rowFinder(
  rows: readonly JobRecord[],
  stores: Stores,
): Promise<(history: JobHistory) => JobRecord | undefined> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byToken = new Map<string, JobRecord>();
  for (const row of rows) {
    const token = tokenIn((await promptOf(row, stores)) ?? '');
    if (token !== undefined) byToken.set(token, row);
  }
  return ({ id, plan }) => (id === undefined ? byToken.get(plan.token) : byId.get(id));
}

/** A long prompt stands in the bucket, for as long as its job has not been deleted. */
async function promptOf({ submission }: JobRecord, stores: Stores): Promise<string | undefined> {
  if (submission.in === 'item') return submission.submission.prompt;
  const kept = await stores.object(submission.key).catch(() => undefined);
  return kept && (JSON.parse(kept.toString()) as Submission).prompt;
}

const keysOf = (row: JobRecord | undefined): readonly string[] =>
  row?.status === 'completed' ? (row.result?.images ?? []).map(({ key }) => key) : [];

async function read({ stores }: ChaosStage, key: string): Promise<(ImageFacts & { bytes: number }) | undefined> {
  const bytes = await stores.object(key).catch(() => undefined);
  const facts = bytes && readImageHeader(bytes);
  return facts && { ...facts, bytes: bytes.length };
}
