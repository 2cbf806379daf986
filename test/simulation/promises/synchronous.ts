import { isOpen, type Job } from '../../../lambda/domain/jobs/job.ts';
import type { Facts, Told } from '../facts.ts';
import type { Invocation } from '../scheduler.ts';
import { broken, type Check } from './check.ts';

/** What one look at a slow store takes when the answer is due. */
const answerMilliseconds = 7000;

/** What lies between the look at the clock and the request: the ledger, and the way there. */
const startMilliseconds = 7000;

/** A timer is as exact as this. */
const timerMilliseconds = 1;

/** Promises 35, 36 and 38: what a synchronous request tells, when, and what it starts. */
export const synchronous: Check = {
  onTold(facts, told, number) {
    if (told.by !== 'run' || told.dueAt === undefined) return;
    if ((told.requests ?? 0) > 0) broken(38, { number }, `${told.requests} requests were made by one that was refused`);
    if (told.answer === 'accepted') checkEnd(facts, told, number);
    checkTime(told, told.dueAt, number);
  },
  onRequest({ scheduler }, request, life) {
    const { answerDueAt = Number.POSITIVE_INFINITY, wasFrozen } = request.invocation;
    const late = scheduler.now - answerDueAt;
    if (life && late > startMilliseconds && !wasFrozen)
      broken(38, life, `${request.model} was asked ${Math.round(late / 1000)} s after the answer was due`);
  },
};

const isEnd = ({ status }: Told): boolean => status !== 'pending' && status !== 'processing';

function checkEnd({ lives }: Facts, told: Told, number: number): void {
  if (!isEnd(told)) return;
  const end = lives.get(told.nonce ?? '')?.end;
  if (end?.status !== told.status || end?.completedAt !== told.completedAt)
    broken(
      35,
      { number },
      `its caller was told ${told.status}, and the row says ${end?.status ?? 'nothing of an end'}`,
    );
}

function checkTime({ at, answer, stoodStill, ...told }: Told, dueAt: number, number: number): void {
  const late = at - dueAt;
  if (answer !== 'hung_up' && late > answerMilliseconds && !stoodStill)
    broken(36, { number }, `its answer came ${Math.round(late / 1000)} s after it was due`);
  if (answer === 'accepted' && !isEnd({ at, answer, ...told }) && late < -timerMilliseconds)
    broken(36, { number }, `its caller was told that it goes on ${Math.round(-late / 1000)} s before that was due`);
}

/** Promise 37, when a function has taken up a job, or waits for it. */
export function judgePlace(_: Facts, { isCounted, wasFrozen }: Invocation, job: Job): void {
  if (isOpen(job) && !isCounted && !wasFrozen)
    broken(37, { number: numberOf(job) }, 'a synchronous request is under way, and nobody counts it');
}

/** The head of every nonce tells whose it is. */
const numberOf = ({ submissionNonce }: Job): number => Number.parseInt(submissionNonce.slice(0, 8), 16);

/** Promise 39, when a function has nothing left to do. */
export function judgeRest({ vendors }: Facts, invocation: Invocation, { submissionNonce }: Job): void {
  const left = vendors.requestsOf(submissionNonce).find((each) => each.isOpen && each.invocation === invocation);
  if (left) broken(39, { number: left.job }, `${left.model} was asked, and its function ends before the answer`);
}
