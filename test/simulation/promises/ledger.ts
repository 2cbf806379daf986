import { countOf, type Ledger } from '../../../lambda/domain/jobs/attempt.ts';
import type { Billed } from '../parts/vendors.ts';
import { broken, type Check } from './check.ts';
import { isSpent } from './spent.ts';

/** Promise 6 and 11: what is asked is written down before, by the one worker that may ask. */
export const asking: Check = {
  onRequest({ scheduler, vendors }, request, life) {
    if (!life || life.isGone) broken(6, { number: request.job }, 'a request was made for a job without a row');
    const ofModel = life.row.attempts.filter(
      ({ provider, model }) => provider === request.provider && model === request.model,
    );
    const entries = requestsOf(ofModel);
    const isSame = (each: Billed) => each.provider === request.provider && each.model === request.model;
    const requests = vendors.requestsOf(life.nonce).filter(isSame).length;
    if (requests > entries)
      broken(6, life, `${request.provider}/${request.model} got ${requests} requests, with ${entries} entries`);
    // Who stood still may be late with what it had begun: it can't be told before.
    if (request.invocation.wasFrozen) return;
    const { batchSize } = request.invocation;
    if (life.row.crashes > 0 && batchSize > 1) broken(25, life, `it was one of ${batchSize} in an invocation`);
    const rivals = vendors.requestsOf(life.nonce).filter((each) => {
      const { invocation } = each;
      return each.isOpen && each !== request && !invocation.isDead && invocation.frozenUntil <= scheduler.now;
    });
    if (rivals.length > 0 && rivals.some(({ invocation }) => !invocation.wasFrozen)) {
      broken(11, life, `${rivals.length + 1} requests are under way at once`);
    }
  },
};

/** Promises 8 and 9: what follows an outcome that nobody knows, and that entries are closed once. */
export const closing: Check = {
  onWrite({ stage }, life, before, by) {
    if (!before || life.isGone) return;
    const { attempts } = life.row;
    // Most writes leave the ledger as it is, and it has been judged.
    if (attempts === before.attempts) return;
    for (const was of before.attempts) {
      const is = attempts.find(({ number }) => number === was.number);
      // Refusals for rate that follow one another become one entry.
      if (!is && was.outcome === 'rate_limited' && was.billed === 'no') continue;
      if (!is) broken(9, life, `${by}: entry ${was.number} is gone`);
      if (was.outcome !== 'started' && (is.outcome !== was.outcome || is.billed !== was.billed)) {
        broken(9, life, `${by}: entry ${was.number} was ${was.outcome} and became ${is.outcome}`);
      }
    }
    if (requestsOf(attempts) < requestsOf(before.attempts)) broken(9, life, `${by}: the ledger counts fewer requests`);
    const unknownAt = attempts.findIndex(isSpent);
    if (unknownAt < 0) return;
    const further = attempts.slice(unknownAt + 1).filter(({ imagesAsked }) => imagesAsked > 0).length;
    const allowed = stage.onUnknownOutcome === 'retry' ? 1 : 0;
    if (further > allowed) broken(8, life, `${further} further requests were made after an unknown outcome`);
  },
};

/** How many requests the entries stand for, and refusals at the gate. */
const requestsOf = (ledger: Ledger): number => ledger.reduce((sum, attempt) => sum + countOf(attempt), 0);

/** Promise 10: what is ready to be the job's result is paid for. */
export const notPaidAgain: Check = {
  onRequest({ network }, request, life) {
    if (!life?.wasCompleting || request.invocation.wasFrozen) return;
    // A worker that stood still may have been given up before it wrote anything down.
    if ((network.mishaps.get(life.number) ?? []).some(({ fault }) => fault === 'frozen')) return;
    broken(10, life, `${request.model} was asked when all images were stored`);
  },
};

/** Promises 7 and 22: the vendors' books and the ledgers agree. */
export const books: Check = {
  onRequest({ vendors }, _, life) {
    const requests = life ? vendors.requestsOf(life.nonce).length : 0;
    if (life && requests > maxRequests) broken(22, life, `${requests} requests were made`);
  },
  onSums({ vendors, lives }) {
    for (const [nonce, charged] of vendors.charged) {
      const life = lives.get(nonce);
      if (!life) continue;
      const costly = life.row.attempts.filter(({ billed }) => billed !== 'no').length;
      if (charged > costly) broken(7, life, `${charged} requests were charged, and the ledger knows ${costly}`);
    }
  },
  atEnd({ lives }) {
    for (const life of lives.values()) {
      if (life.isGone) continue;
      const open = life.row.attempts.find(({ outcome }) => outcome === 'started');
      if (open) broken(7, life, `entry ${open.number} of a job that has ended is still open`);
    }
  },
};

/** What the failure table allows of keys, tries, candidates and images, and some refusals for rate. */
const maxRequests = 80;
