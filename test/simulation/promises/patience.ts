import type { JobRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { Facts } from '../facts.ts';
import { broken, type Check } from './check.ts';
import { isSpent } from './spent.ts';

/** What a queue, a poller, some slow calls and a request that is refused again take beyond the patience. */
const slackSeconds = 90;

/** Promise 26: a provider's limit holds nobody up for long who may go elsewhere. */
export const patience: Check = {
  onWrite(facts, life, before, by) {
    const { stage, scheduler, network, slotAwaitedAt } = facts;
    if (life.isGone || !before || by !== 'scheduleNextHop') return;
    const { row } = life;
    const since = waitingSince(row);
    if (since === undefined || !mayGoElsewhere(facts, row)) return;
    // A worker that was lost, be it over a neighbour, has cost a lease.
    if (row.crashes > 0) return;
    if ((network.mishaps.get(life.number) ?? []).length > 0) return;
    // Other jobs of its owner have held it up, and no gate.
    if ((slotAwaitedAt.get(life.number) ?? 0) >= since) return;
    const seconds = (scheduler.now - since) / 1000;
    if (seconds > stage.rateLimitPatienceSeconds + slackSeconds && !stoodStill(facts, since)) {
      broken(26, life, `it has been waiting at gates for ${Math.round(seconds)} s, and has a fallback elsewhere`);
    }
  },
};

/** Whether a worker has stood still since then: over whichever job, it may have been the one that had this one, too. */
const stoodStill = ({ network }: Facts, since: number): boolean =>
  [...network.mishaps.values()].some((all) => all.some(({ at, fault }) => fault === 'frozen' && at >= since));

/** Since when a job has been held up for rate by the candidate that it is at. */
function waitingSince({ attempts, heldSince }: JobRecord): number | undefined {
  const last = attempts.at(-1);
  if (!last) return heldSince;
  if (last.outcome !== 'rate_limited') return undefined;
  return Math.min(last.firstStartedAt ?? last.startedAt, heldSince ?? Number.POSITIVE_INFINITY);
}

/** Whether there is another provider to go to, one whose own gates nobody has had closed of late. */
function mayGoElsewhere({ vendors, scheduler }: Facts, { attempts, candidates }: JobRecord): boolean {
  const at = attempts.at(-1)?.candidate ?? 0;
  const provider = candidates[at]?.provider;
  const elsewhere = candidates.slice(at + 1).filter((each) => each.provider !== provider);
  const isShut = elsewhere.some(({ provider: name, model }) =>
    (vendors.refusals.get(`${name}/${model}`) ?? []).some((refusedAt) => refusedAt > scheduler.now - 900_000),
  );
  return elsewhere.length > 0 && !isShut && !attempts.some(isSpent);
}
