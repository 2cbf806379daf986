import { describe, expect, it } from 'vitest';
import { buryJob } from '../../../lambda/application/bury-job.ts';
import type { ProcessJobDependencies } from '../../../lambda/application/process-job.ts';
import { sweepJobs } from '../../../lambda/application/sweep-jobs.ts';
import { openAttempt } from '../../../lambda/domain/attempt.ts';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import { isOpen } from '../../../lambda/domain/job.ts';
import type { JobQueue, WakeUp } from '../../../lambda/domain/ports.ts';
import { requestsIn } from '../../support/ledger-kept.ts';
import { createMemoryOpenJobs } from '../../support/memory-open-jobs.ts';
import fc from '../../support/seeded-fast-check.ts';
import { type Act, createMessage, createWorkerBench, deliverImages } from '../../support/worker-bench.ts';

/** What may befall a message on its way, and a worker at its work. */
interface Fate {
  readonly copies: 0 | 1 | 2;
  readonly lateSeconds: number;
}
type Mishap = 'none' | 'crash' | 'bury';
interface Story {
  readonly fates: readonly Fate[];
  readonly mishaps: readonly Mishap[];
  readonly acts: readonly ('wait' | 'limited' | 'busy' | 'lost' | 'deliver')[];
}

interface Message {
  readonly wakeUp: WakeUp;
  readonly sentAt: number;
  visibleAt: number;
}

const acts: Record<Story['acts'][number], Act> = {
  wait: async () => ({ status: 'waiting', ticket: { id: 't' }, checkAfterSeconds: 20 }),
  limited: async () => {
    throw new ProviderFailure('rate_limited', 'slow down', { retryAfterSeconds: 30 });
  },
  busy: async () => {
    throw new ProviderFailure('overloaded', 'busy');
  },
  lost: async () => {
    throw new ProviderFailure('unknown_outcome', 'cut');
  },
  deliver: deliverImages(),
};

/** Plays a job's whole life: a queue that loses, delays and doubles, workers that crash, and a sweep each minute. */
async function play({ fates, mishaps, acts: plot }: Story) {
  const requests: Act[] = plot.map((name) => acts[name]);
  const busy = { now: 0, most: 0 };
  const guarded =
    (act: Act): Act =>
    async (call, model) => {
      busy.now += 1;
      busy.most = Math.max(busy.most, busy.now);
      await new Promise((resolve) => setImmediate(resolve));
      busy.now -= 1;
      return act(call, model);
    };
  const bench = createWorkerBench([...requests, ...Array<Act>(40).fill(acts.deliver)].map(guarded), {
    resume: [guarded(acts.wait), ...Array<Act>(60).fill(guarded(acts.deliver))],
  });
  const { clock, jobs, order } = bench;
  const messages: Message[] = [];
  let sends = 0;
  const queue: JobQueue = {
    async send(wakeUp, _, delaySeconds) {
      const { copies, lateSeconds } = fates[sends++] ?? { copies: 1, lateSeconds: 0 };
      const sentAt = clock.now();
      for (let copy = 0; copy < copies; copy += 1) {
        messages.push({ wakeUp, sentAt, visibleAt: sentAt + (delaySeconds + copy * lateSeconds) * 1000 });
      }
    },
  };
  await bench.accept();
  await queue.send({ jobId: order.id, hop: 0 }, order, 0);
  const caretakers = {
    ...bench.dependencies,
    queue,
    openJobs: createMemoryOpenJobs(jobs),
    backlog: { waiting: async () => 0 },
    settings: { leaseSeconds: 120, wakeAfterSeconds: 120 },
  };
  let handled = 0;
  let hop = 0;

  async function handle(message: Message, mishap: Mishap): Promise<void> {
    let over: Partial<ProcessJobDependencies> = { queue };
    if (mishap === 'crash') {
      // From its request on, nothing that this worker does arrives anywhere.
      const dead = () => Promise.reject(new Error('crashed'));
      const apply: typeof jobs.apply = (id, transition) =>
        ['claim', 'startAttempt'].includes(transition.name) ? jobs.apply(id, transition) : dead();
      over = { queue: { send: dead }, jobs: { ...jobs, apply }, images: { ...bench.images, putJson: dead } };
    }
    const received = createMessage((clock.now() - message.sentAt) / 1000);
    const verdict =
      mishap === 'bury'
        ? await buryJob(caretakers, message.wakeUp)
        : await bench.process(over, message.wakeUp, received);
    if (verdict.word === 'finished') messages.splice(messages.indexOf(message), 1);
    else message.visibleAt = clock.now() + verdict.afterSeconds * 1000;
  }

  const promisedEnd = order.deadlineAt + 60_000;
  let endedInTime = false;
  let nextSweepAt = order.createdAt + 60_000;
  // Wake-ups for the ledger of an ended job meet the same fates and mishaps: the sweep sends one each minute, until one arrives.
  const until = promisedEnd + (fates.length + mishaps.length) * 60_000;
  while (clock.now() < until) {
    clock.advance(5);
    const due = messages.filter(({ visibleAt }) => visibleAt <= clock.now());
    // Those that are due at the same time are handled at the same time, by as many workers.
    await Promise.all(due.map((message) => handle(message, mishaps[handled++] ?? 'none')));
    const { hop: now } = await bench.job();
    expect(now).toBeGreaterThanOrEqual(hop); // else an older chain has come back to life
    hop = now;
    if (clock.now() >= nextSweepAt) {
      await sweepJobs(caretakers, () => 60);
      nextSweepAt += 60_000;
    }
    const job = await bench.job();
    if (clock.now() <= promisedEnd) endedInTime = !isOpen(job);
    if (!isOpen(job) && !openAttempt(job.attempts) && messages.length === 0) break;
  }
  // A copy that is later still than the story's end has nothing to find.
  const left = messages.filter(({ visibleAt }) => visibleAt <= clock.now()).length;
  return { bench, busy, job: await bench.job(), endedInTime, left, sends };
}

const story: fc.Arbitrary<Story> = fc.record({
  fates: fc.array(fc.record({ copies: fc.constantFrom(0, 1, 1, 1, 2), lateSeconds: fc.constantFrom(0, 4, 40, 400) }), {
    maxLength: 12,
  }) as fc.Arbitrary<Fate[]>,
  mishaps: fc.array(fc.constantFrom<Mishap>('none', 'none', 'none', 'crash', 'bury'), { maxLength: 20 }),
  acts: fc.array(fc.constantFrom<Story['acts'][number]>('wait', 'limited', 'busy', 'lost', 'deliver'), {
    maxLength: 8,
  }),
});

/** The job ends at its deadline with a ticket at work, and the wake-up that would have its entry closed is lost. */
const ledgerForgotten: Story = {
  fates: ([0, 0, 0, 0, 1, 0, 0] as const).map((copies) => ({ copies, lateSeconds: 0 })),
  mishaps: [],
  acts: ['wait'],
};

describe('wake-ups that are lost, late or doubled', () => {
  it('never make two workers ask at once, never pay twice in silence, and always let the job end', async () => {
    const statuses: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const { bench, busy, job, endedInTime, left, sends } = await play(told);
        expect(endedInTime).toBe(true);
        expect(busy.most).toBeLessThanOrEqual(1);
        expect(left).toBe(0);
        // Every request is in the ledger, and after the first of unknown outcome there is at most one more.
        expect(bench.asked).toHaveLength(requestsIn(job.attempts));
        const unknown = job.attempts.findIndex(({ outcome }) =>
          ['unknown_outcome', 'malformed', 'abandoned'].includes(outcome),
        );
        if (unknown >= 0) expect(job.attempts.length - unknown).toBeLessThanOrEqual(2);
        expect(job.attempts.filter(({ outcome }) => outcome === 'started')).toEqual([]);
        // Each hop has one successor; duplicates, losses, the sweep and burials add a few more, and none of them breeds.
        const lost = told.fates.filter(({ copies }) => copies === 0).length;
        expect(sends).toBeLessThan(job.hop + 1 + told.mishaps.length + lost + 6);
        statuses[job.status] = (statuses[job.status] ?? 0) + 1;
      }),
      { numRuns: 200, examples: [[ledgerForgotten]] },
    );
    expect(statuses.completed).toBeGreaterThan(50);
    expect(statuses.failed).toBeGreaterThan(10);
  });
});
