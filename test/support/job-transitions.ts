import { changed, type FieldsOfJob, holds, type Transition } from '../../lambda/domain/jobs/conditions.ts';
import { cancel, complete, completeKnown, erase, fail, failOverdue, stop } from '../../lambda/domain/jobs/endings.ts';
import type { Job, JobStatus, OpenJob } from '../../lambda/domain/jobs/job.ts';
import type { OpenJobEntry } from '../../lambda/domain/jobs/open-job-entry.ts';
import {
  claim,
  closeAfterEnd,
  countReplay,
  keepInputs,
  releaseLease,
  renew,
  scheduleNextHop,
  startAttempt,
  updateAttempt,
  wake,
  wakeEnded,
} from '../../lambda/domain/jobs/transitions.ts';
import { noon, sampleAttempt, sampleJob } from './sample-job.ts';

const leaseSeconds = 120;
/** Past the deadline, the lease, and every pause between two wake-ups. */
const nextDay = noon + 86_400_000;
const result = { images: [], provider: 'openai', model: 'm', latency: 1, warnings: [] };
const failure = { code: 'internal', message: 'm', warnings: [] } as const;

const entryOf = (job: Job) => ({ ...job, wakeAt: 0, wakeups: 0 }) as unknown as OpenJobEntry;

/** Every transition there is, of a job as it stands on the next day. */
const transitionsOf = (job: Job): readonly Transition[] => {
  const open = job as OpenJob;
  const attempt = job.attempts[0] ?? sampleAttempt();
  return [
    claim(job.hop, nextDay, leaseSeconds),
    renew(open, nextDay, leaseSeconds),
    scheduleNextHop(open, nextDay),
    releaseLease(open, nextDay),
    keepInputs(open, { key: 'addresses.json', keysWithoutExtension: [], isFetched: false }, { images: [] }),
    startAttempt(open, sampleAttempt({ number: 2 })),
    updateAttempt(open, attempt),
    closeAfterEnd(job, attempt),
    wake(entryOf(job), nextDay, leaseSeconds),
    wakeEnded(entryOf(job), nextDay, leaseSeconds),
    countReplay(job),
    complete(open, attempt, result, nextDay),
    completeKnown(open, result, nextDay),
    fail(open, failure, nextDay),
    cancel(job, nextDay),
    stop(open, nextDay),
    failOverdue(job, nextDay, leaseSeconds),
    erase(job, nextDay),
  ];
};

const fields = (job: Job) => ({ ...job, wakeAt: 0, wakeups: 0 }) as unknown as FieldsOfJob;
const following = (job: Job, transition: Transition): Job => changed(fields(job), transition.change) as unknown as Job;

const pending = sampleJob();
const processing = following(pending, claim(0, noon, leaseSeconds)) as OpenJob;
const inPart = { ...processing, attempts: [sampleAttempt({ outcome: 'succeeded', delivered: result })] };
const withRequest = { ...processing, attempts: [sampleAttempt()] };

/** A job in each status, and in what else decides the next one. */
const jobs: readonly Job[] = [
  pending,
  processing,
  inPart,
  following(withRequest, complete(withRequest, sampleAttempt(), result, noon)),
  following(withRequest, fail(withRequest, failure, noon)),
  following(withRequest, cancel(withRequest, noon)),
];

/** Only a worker that has claimed a job writes with a fencing token. */
const canHappen = (job: Job, { when }: Transition): boolean =>
  when.every((condition) => holds(condition, fields(job)) && !(condition.field === 'claim' && job.claim === 0));

/** A transition that can happen in one status, and the status that follows. */
export interface Step {
  readonly name: string;
  readonly from: JobStatus;
  readonly to: JobStatus;
}

/** Every step that the transitions themselves allow. */
export const possibleSteps = (): readonly Step[] =>
  jobs.flatMap((job) =>
    transitionsOf(job)
      .filter((transition) => canHappen(job, transition))
      .map((transition) => ({ name: transition.name, from: job.status, to: following(job, transition).status })),
  );
