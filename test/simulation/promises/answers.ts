import { answerOf } from '../../../lambda/adapters/dynamo/answers/answer-item.ts';
import type { JobRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { KnownAnswer } from '../../../lambda/domain/answers/known-answer.ts';
import { waitsUntil } from '../../../lambda/domain/answers/leader-wait.ts';
import type { OpenJob } from '../../../lambda/domain/jobs/job.ts';
import { copyPrefix } from '../../../lambda/domain/jobs/retention.ts';
import type { Facts, Life } from '../facts.ts';
import { numberOf } from '../parts/answer-table.ts';
import { nonceOf } from '../parts/bucket.ts';
import { catalog } from '../parts/provider-models.ts';
import { broken, type Check } from './check.ts';

/** How far two clocks may be apart, and what a call takes. */
const slackMilliseconds = 6000;

/** Promises 46 to 49: known answers. */
export const answers: Check = {
  onRequest(facts, request, life) {
    if (!life?.row.cache || life.isGone || request.invocation.wasFrozen) return;
    if (facts.vendors.requestsOf(life.nonce).length > 1 || hadMishap(facts, life, life.row.cache.id)) return;
    checkAlone(facts, life, life.row.cache);
  },
  onWrite(facts, life, before, by) {
    if (by === 'completeKnown' && before?.result === undefined && life.row.result) checkCopies(facts, life, before);
  },
  atEnd(facts) {
    for (const life of facts.lives.values()) checkTime(facts, life);
  },
};

/** What befell the table of answers over an entry, or the job itself, excuses a request that was needless. */
const hadMishap = ({ network }: Facts, { number }: Life, cacheId: string): boolean =>
  [number, numberOf(cacheId)].some((each) => (network.mishaps.get(each)?.length ?? 0) > 0);

function entryIn({ answers: table }: Facts, id: string): KnownAnswer | undefined {
  const row = table.rows.get(id);
  return row && answerOf({ ...row });
}

/** Promise 46: whoever asks a provider leads the entry, or had no time left to wait. */
function checkAlone(facts: Facts, life: Life, { id, store }: NonNullable<JobRecord['cache']>): void {
  const entry = entryIn(facts, id);
  // One that may not lead can be overtaken by one that does, between its look and its request.
  if (entry?.nonce === life.nonce || !store) return;
  const [candidate] = life.row.candidates;
  const { now } = facts.scheduler;
  const job = life.row as unknown as OpenJob;
  if (candidate && now + slackMilliseconds >= waitsUntil(job, catalog.timing(candidate))) return;
  broken(46, life, `a request was made beside an entry that is ${entry?.state ?? 'not there'}`);
}

/** Promises 47 and 48: copies are whole, the job's own, and of the images of an equal job of the same owner. */
function checkCopies({ bucket, lives }: Facts, life: Life, before: JobRecord | undefined): void {
  const images = life.row.result?.images ?? [];
  const origins = images.map(({ key }) => bucket.objects.get(key));
  const leader = lives.get(nonceOf(String(origins[0])));
  const made = leader?.end?.result?.images.map(({ key }) => key);
  if (images.some(({ key }) => !key.startsWith(`${copyPrefix(life.row)}/`))) {
    broken(47, life, 'a hit shows images that are not its own');
  }
  if (images.length !== life.row.imagesWanted || !made || origins.join() !== made.join()) {
    broken(47, life, `a hit has ${origins.join()}, and its leader ${made?.join() ?? 'nothing'}`);
  }
  const [own, theirs] = [before ?? life.row, leader?.end as JobRecord];
  if (contentOf(own) !== contentOf(theirs)) broken(48, life, `${contentOf(own)} got what ${contentOf(theirs)} made`);
}

const contentOf = ({ owner, operation, modelRequested, imagesWanted, cache }: JobRecord): string =>
  [owner, operation, modelRequested, imagesWanted, cache?.id].join(' ');

/** Promise 49: nobody waits for others until it is too late for a request of its own. */
function checkTime(facts: Facts, life: Life): void {
  const { end, row } = life;
  if (!row.cache || end?.failure?.code !== 'deadline_exceeded' || end.attempts.length > 0) return;
  const hasWaitedElsewhere = facts.slotAwaitedAt.has(life.number) || row.heldSince !== undefined;
  const isUndisturbed = (facts.network.mishaps.get(-1)?.length ?? 0) === 0 && row.crashes === 0;
  if (hasWaitedElsewhere || !isUndisturbed || hadMishap(facts, life, row.cache.id)) return;
  broken(49, life, 'a job waited for another until its deadline, and made no request of its own');
}
