import { describe, expect, it } from 'vitest';
import { bareEntry } from '../../../lambda/domain/jobs/attempt.ts';
import { noon, sampleAttempt, sampleOrder } from '../../support/sample-job.ts';
import type { Evidence } from '../evidence.ts';
import { seenOf } from '../history.ts';
import { allChecks, violationsOf } from './all-checks.ts';
import { answer, charge, type GoodRun, goodRun, scenarioWith } from './good-run.ts';

const second = 1000;

type Spoil = (run: GoodRun) => void;

/** Changes what is there besides the job. */
const beside =
  (changed: Partial<Evidence>): Spoil =>
  (run) => {
    run.changed = changed;
  };

/** Changes the row at the end, after the last that was seen of it. */
const later =
  (change: Partial<NonNullable<GoodRun['row']>>): Spoil =>
  (run) => {
    if (run.row) run.row = { ...run.row, ...change };
  };

/** Changes the row as if it had always been that way. */
const throughout =
  (change: Partial<NonNullable<GoodRun['row']>>): Spoil =>
  (run) => {
    later(change)(run);
    const last = run.history.sights.at(-1);
    if (run.row && last) run.history.sights.splice(-1, 1, { ...last, row: seenOf(run.row) });
  };

const recordFailure = (number: number, outcome: 'unknown_outcome' | 'overloaded') =>
  sampleAttempt({ number, outcome, billed: 'unknown', endedAt: noon + number * second });

/** For each check, runs in which its promise was broken. */
const broken: Readonly<Record<string, Readonly<Record<string, Spoil>>>> = {
  'an accepted job is kept': {
    'its row is gone': (run) => {
      run.row = undefined;
    },
    'one key has two jobs': ({ history }) => void history.ids.add('another'),
    'its client was told that there is none': ({ history }) => {
      history.unknownAt = noon + 5 * second;
    },
  },
  'a job ends by its deadline and a minute': {
    'it is still at work': (run) => {
      later({ status: 'processing' })(run);
      run.history.sights.pop();
    },
    'nobody saw it end before a client asked': ({ history }) => void history.sights.pop(),
    'it ended late': ({ history }) => {
      const end = history.sights.pop();
      if (end) history.sights.push({ ...end, at: sampleOrder().deadlineAt });
    },
  },
  'no state runs backwards': {
    'it was at work and waits again': ({ history: { sights } }) => void sights.reverse(),
    'its hop fell': ({ history: { sights } }) => {
      const [first] = sights;
      if (first) sights.unshift({ ...first, row: { ...first.row, hop: 3 } });
    },
    'its claim fell': later({ claim: 0 }),
  },
  'what has ended changes no more': {
    'it failed after it was completed': later({ status: 'failed' }),
    'it has another result': (run) => {
      const { row } = run;
      if (row?.result) run.row = { ...row, result: { ...row.result, images: [] } };
    },
    'it has another error': later({ failure: { code: 'internal', message: 'x', warnings: [] } }),
    'it ended at another time': later({ completedAt: noon + 4 * second }),
    'it expires at another time': later({ expiresAt: noon + 4 * second }),
  },
  'an entry of the ledger is closed once': {
    'an entry has another outcome': later({ attempts: [recordFailure(1, 'unknown_outcome')] }),
    'an entry is gone': later({ attempts: [] }),
  },
  'no entry of the ledger stays open': { 'an entry is open': throughout({ attempts: [sampleAttempt()] }) },
  'an item stays small': {
    'it was large for a while': ({ history: { sights } }) => {
      const [first] = sights;
      if (first) sights.unshift({ ...first, bytes: 64 * 1024 + 1 });
    },
    'its end is large': later({ failure: { code: 'internal', message: 'x'.repeat(64 * 1024), warnings: [] } }),
  },
  'completed means that every image is there': {
    'an image is missing': ({ images }) => {
      for (const key of images.keys()) images.set(key, undefined);
    },
    'an image is another': ({ images }) => {
      for (const [key, image] of images) images.set(key, image && { ...image, bytes: 1 });
    },
    'there are fewer than were asked for, and nothing says so': ({ history }) => {
      Object.assign(history.plan, { n: 2 });
    },
  },
  'no object that lifecycle would not expire': { 'an object has no class': beside({ objectKeys: ['stray/1.png'] }) },
  'every charge stands in a ledger': {
    'it was charged twice': ({ requests }) => void requests.push(charge(2)),
    'the entry says that nothing was paid': (run) => {
      const [entry] = run.row?.attempts ?? [];
      if (entry) throughout({ attempts: [{ ...entry, billed: 'no' }] })(run);
    },
  },
  'every request stands in a ledger': {
    'it was asked twice': ({ requests }) => void requests.push({ ...charge(2), charged: false }),
  },
  'no request for a job that nobody planned': { 'a request is nobody’s': beside({ strayRequests: [charge(2)] }) },
  'at most one request after an unknown outcome': {
    'it asked twice more': throughout({
      attempts: [recordFailure(1, 'unknown_outcome'), recordFailure(2, 'overloaded'), recordFailure(3, 'overloaded')],
    }),
    'it asked once more where the stage wants none': (run) => {
      throughout({ attempts: [recordFailure(1, 'unknown_outcome'), recordFailure(2, 'overloaded')] })(run);
      run.changed = { scenario: scenarioWith({ settings: { deadlineSeconds: 90, onUnknownOutcome: 'fail' } }) };
    },
  },
  'what was stored is not paid for again': {
    'it was paid for twice': (run) => {
      run.requests.push(charge(2));
      run.changed = { scenario: scenarioWith({ paidOnce: true }) };
    },
  },
  'a client is told one story': {
    'its answer changed after its end': ({ history }) => {
      history.answers.push({ at: noon + 5 * second, job: answer('failed') });
    },
    'a submission was refused for no fault': ({ history }) => void history.refusals.push({ status: 400, text: '' }),
  },
  'a deleted job is unknown': {
    'it is not deleted': ({ history }) => {
      history.deleted = true;
      history.unknownAt = noon + 5 * second;
    },
    'it can still be asked for': (run) => {
      run.history.deleted = true;
      throughout({ status: 'cancelled', deletedAt: noon + 5 * second })(run);
    },
    'its result is kept': (run) => {
      run.history.deleted = true;
      run.history.unknownAt = noon + 5 * second;
      throughout({ status: 'cancelled', deletedAt: noon + 5 * second })(run);
    },
  },
  'wake-ups are bounded': {
    'workers sent a hop again and again': ({ steps }) => sendWakeUps(steps, 6, () => 1),
    'it was sent too many': ({ steps }) => sendWakeUps(steps, 61, (at) => at),
  },
  'no worker or wake-up is lost without a cause': {
    'a crash was counted': calm({ crashes: 1 }),
    'the sweep had to wake it': calm({ wakeups: 1 }),
    'it asked more often than it had to': calm({
      attempts: [recordFailure(1, 'overloaded'), recordFailure(2, 'overloaded')],
    }),
    'it failed': calm({ status: 'failed', failure: { code: 'internal', message: 'x', warnings: [] } }),
  },
  'no message stays for ever': {
    'a message is left': beside({ messages: { jobs: 1, deadLetters: 0 } }),
    'a dead letter is left': beside({ messages: { jobs: 0, deadLetters: 1 } }),
  },
  'no secret in the log': { 'a key was logged': beside({ logLines: ['authorization: Bearer sk-bf-local'] }) },
};

function calm(change: Partial<NonNullable<GoodRun['row']>>): Spoil {
  return (run) => {
    throughout(change)(run);
    run.changed = { scenario: scenarioWith({ calm: true }) };
  };
}

function sendWakeUps(steps: GoodRun['steps'], count: number, hopAt: (at: number) => number): void {
  for (let at = 0; at < count; at += 1) {
    steps.note({ step: 'process-job SQS SendMessage', at: noon, thread: 1, jobId: sampleOrder().id, hop: hopAt(at) });
  }
}

describe('the checks of the chaos suite', () => {
  it('find nothing in a run in which all went well', () => {
    expect(violationsOf(goodRun().evidence())).toEqual([]);
    const calmRun = goodRun();
    calmRun.changed = { scenario: scenarioWith({ calm: true, paidOnce: true }) };
    expect(violationsOf(calmRun.evidence())).toEqual([]);
  });

  it('allow a DELETE that failed half-way to have removed the images', () => {
    const run = goodRun();
    for (const key of run.images.keys()) run.images.set(key, undefined);
    Object.assign(run.history.plan, { deleteAfterSeconds: 1 });
    expect(violationsOf(run.evidence())).toEqual([]);
  });

  it('allow a deletion to have taken of the ledger what was said', () => {
    const run = goodRun();
    const { row, history } = run;
    if (!row) throw new Error('The run has no row.');
    const told = { ...row, attempts: row.attempts.map((entry) => ({ ...entry, message: 'words' })) };
    history.sights.splice(-1, 1, { at: noon + 3 * second, bytes: 1000, row: seenOf(told) });
    run.row = { ...row, attempts: told.attempts.map(bareEntry), deletedAt: noon + 5 * second };
    Object.assign(history.plan, { deleteAfterSeconds: 1 });
    expect(violationsOf(run.evidence()).filter(({ check }) => check.startsWith('an entry'))).toEqual([]);
    run.row = { ...run.row, attempts: [recordFailure(1, 'unknown_outcome')] };
    expect(violationsOf(run.evidence()).filter(({ check }) => check.startsWith('an entry'))).toHaveLength(1);
  });

  it('have each a run that breaks its promise', () => {
    expect(Object.keys(broken)).toEqual(allChecks.map(({ name }) => name));
  });

  it.each(
    Object.entries(broken).flatMap(([check, runs]) =>
      Object.entries(runs).map(([what, spoil]) => [check, what, spoil] as const),
    ),
  )('%s: notices that %s', (check, _, spoil) => {
    const run = goodRun();
    spoil(run);
    expect(violationsOf(run.evidence()).map((violation) => violation.check)).toContain(check);
  });
});
