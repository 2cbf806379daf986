import type { Facts, Life } from '../facts.ts';
import { nonceOf } from '../parts/bucket.ts';
import { broken, type Check } from './check.ts';

const maxItemBytes = 64 * 1024;
const ledgerSeconds = 48 * 3600;

/** Promises 13 and 19: an item stays small, and lives long enough. */
export const items: Check = {
  onWrite({ table }, life, _, by) {
    if (life.isGone) return;
    const { row } = life;
    const size = table.bytesOf(row.id);
    if (size > maxItemBytes) broken(13, life, `${by} made an item of ${size} bytes`);
    const lastAt = Math.max(row.deadlineAt, row.completedAt ?? 0);
    if (row.ttl < Math.floor(lastAt / 1000) + ledgerSeconds - 1) {
      broken(19, life, `${by} lets the row go ${row.ttl - Math.floor(lastAt / 1000)} s after deadline and end`);
    }
  },
};

/** Promises 15 and 23: what is deleted is gone. */
export const deletion: Check = {
  onWrite(_, life) {
    if (life.isGone || life.row.deletedAt === undefined) return;
    const text = JSON.stringify(life.row);
    const told = ['prompt #', 'A meadow at dawn', 'The vendor says', 'Rate limit reached'].find((word) =>
      text.includes(word),
    );
    if (told) broken(23, life, `the row of a deleted job still says "${told}"`);
  },
  atEnd({ bucket, lives, network }) {
    for (const key of bucket.objects.keys()) {
      // What answers others outlives the job that has led to it.
      const life = key.startsWith('cache/') ? undefined : lives.get(nonceOf(key));
      if (!life || life.row.deletedAt === undefined) continue;
      // An upload whose worker is dead, or whose removal the store refused, is the lifecycle's.
      if (network.unheard.has(life.number)) continue;
      if ((network.mishaps.get(life.number) ?? []).every(({ fault }) => isHarmless(fault))) {
        broken(15, life, `${key} is left of a deleted job`);
      }
    }
  },
};

const isHarmless = (fault: string): boolean => fault === 'frozen' || fault === 'slow' || fault.startsWith('message');

/** Promise 16: a refusal is a refusal. */
export const denials: Check = {
  onRequest({ clients }, request, life) {
    const told = clients.get(request.job)?.told ?? [];
    if (life && told.some(({ nonce, answer }) => answer === 'denied' && nonce === life.nonce)) {
      broken(16, life, 'a request was made for a submission of which nothing was accepted');
    }
  },
  atEnd({ clients, vendors, lives }: Facts) {
    for (const { told } of clients.values()) {
      for (const { nonce, answer } of told) {
        const life: Life | undefined = nonce === undefined ? undefined : lives.get(nonce);
        if (answer === 'denied' && life && !life.isGone && vendors.requestsOf(life.nonce).length > 0) {
          broken(16, life, 'a job was done of which its client had been told that nothing was accepted');
        }
      }
    }
  },
};

/** Promises 12 and 27: messages go when they have done their work, and are not many. */
export const wakeUps: Check = {
  onWrite({ queues, network, clients }, life, _, by) {
    const alive = queues.reduce((sum, queue) => sum + queue.messagesOf(life.number), 0);
    const mishaps = network.mishaps.get(life.number) ?? [];
    // No message stands behind a job that is carried by the function of a synchronous request.
    const isLost = (clients.get(life.number)?.carriers ?? []).some(({ hasFailed }) => hasFailed);
    if (by === 'wake' && alive === 0 && mishaps.length === 0 && !isLost)
      broken(27, life, 'its wake-up was lost without a cause');
    if (alive > maxMessages) broken(12, life, `${alive} messages of one job are on the queue`);
  },
  atEnd({ queues }) {
    const left = queues.reduce((sum, queue) => sum + queue.size(), 0);
    if (left > 0) broken(12, { number: -1 }, `${left} messages are left`);
  },
};

const maxMessages = 16;
