import type { JobRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { Facts, Life } from '../facts.ts';
import { broken, type Check } from './check.ts';

const isOpen = ({ status }: JobRecord): boolean => status === 'pending' || status === 'processing';
const ranks = { pending: 0, processing: 1, completed: 2, failed: 2, cancelled: 2 } as const;

/** A sweep that begins just before a deadline leaves the job to the next, whose own clock and calls take some seconds more. */
export const sweepMilliseconds = 10_000;

/** Whether everything may still be seen of a job: then it must be there. */
const isVisible = ({ row }: Life, now: number): boolean =>
  row.status === 'completed' && row.deletedAt === undefined && now < (row.expiresAt ?? 0);

/** Mishaps of a job since a time, and of what looks after all of them. */
function mishapsSince({ network }: Facts, { number }: Life, since: number): number {
  const ofAll = [...(network.mishaps.get(-1) ?? []), ...network.sweepMishaps];
  const all = [...(network.mishaps.get(number) ?? []), ...ofAll];
  return all.filter(({ at }) => at >= since).length;
}

/** Promises 1 to 5: a job is kept, ends, and stays as it ended. */
export const endings: Check = {
  onWrite(_, life, before, by) {
    const { row } = life;
    if (life.isGone) return;
    if (!before) return;
    if (ranks[row.status] < ranks[before.status]) broken(5, life, `${by}: ${before.status} became ${row.status}`);
    if (row.claim < before.claim) broken(5, life, `${by}: claim ${before.claim} became ${row.claim}`);
    if (row.hop < before.hop) broken(5, life, `${by}: hop ${before.hop} became ${row.hop}`);
    if (row.ledgerVersion < before.ledgerVersion) broken(5, life, `${by}: the ledger went back`);
    if (isOpen(before) || by === 'erase') return;
    if (row.status !== before.status) broken(4, life, `${by}: ${before.status} became ${row.status}`);
    for (const field of ['completedAt', 'expiresAt', 'result', 'failure'] as const) {
      if (row[field] !== before[field]) broken(4, life, `${by} changed the ${field} of a job that had ended`);
    }
  },
  onTouched({ bucket, clients, scheduler }, life) {
    if (!isVisible(life, scheduler.now)) return;
    // A deletion takes the objects first: until it comes through, its caller knows that it has not.
    if (clients.get(life.number)?.isDeleting) return;
    for (const { key } of life.row.result?.images ?? []) {
      if (!bucket.objects.has(key)) broken(3, life, `${key} is not in the bucket`);
    }
  },
  onOverdue(facts, life) {
    const { row } = life;
    if (life.isGone || !isOpen(row)) return;
    const lateMinutes = Math.floor((facts.scheduler.now - row.deadlineAt - sweepMilliseconds) / 60_000);
    // A fault shortly before the deadline may cost a lease that has to run out.
    const allowed = mishapsSince(facts, life, row.deadlineAt - 180_000);
    if (lateMinutes > allowed) broken(2, life, `${row.status} ${lateMinutes} minutes past its deadline`);
  },
  atEnd({ clients, lives }) {
    for (const { plan, told } of clients.values()) {
      for (const { nonce, answer } of told) {
        if (answer !== 'accepted' || nonce === undefined) continue;
        const life = lives.get(nonce);
        if (!life?.end) broken(1, plan, 'an accepted job was never seen to end');
      }
    }
  },
};

/** Promise 1, the other half: nothing takes a job away before its time. */
export const kept: Check = {
  onWrite({ clients, scheduler }, life, before, by) {
    if (!life.isGone || by === 'ttl') return;
    const told = clients.get(life.number)?.told ?? [];
    if (
      by === 'undo' &&
      before &&
      before.ttl * 1000 > scheduler.now &&
      told.some(({ nonce, answer }) => nonce === life.nonce && answer === 'accepted')
    ) {
      broken(1, life, 'a job was removed that its client had been told of');
    }
    if (by === 'create' && before && before.ttl * 1000 > scheduler.now + 310_000) {
      broken(1, life, 'a job was replaced before its time was over');
    }
  },
};
