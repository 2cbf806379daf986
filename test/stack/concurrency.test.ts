import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../lambda/contract/environment.ts';
import { brokenConcurrency } from '../../lib/concurrency-rules.ts';
import type { Reservations } from '../../lib/reservations.ts';
import { reservationsOf } from '../../lib/reserved-concurrency.ts';
import { maxRunningJobsOf } from '../../lib/running-jobs.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import type { StageSettings } from '../../lib/stage-settings.ts';
import { maxSynchronousOf, maxWaitsOf } from '../../lib/waits-per-owner.ts';
import { constructName, plainStage, synthesizeStage } from './synthesized-stage.ts';

const refusalsOf = (settings: Partial<StageSettings>): readonly string[] => {
  try {
    return brokenConcurrency(resolveStage({ ...plainStage, ...settings }));
  } catch (error) {
    return String(error).split('\n- ').slice(1);
  }
};

/** An account whose quota has not been raised yet. */
const newAccount = {
  accountConcurrency: 10,
  reservedConcurrency: 'none',
  maximumConcurrency: 2,
  slowConcurrency: 2,
  waitSeconds: 0,
  synchronousSeconds: 0,
} as const satisfies Partial<StageSettings>;

const reservedIn = (settings: Partial<StageSettings>): Reservations => {
  const stage = synthesizeStage(settings);
  const entries = functionNames.map((name) => [
    name,
    stage.one('AWS::Lambda::Function', `${constructName(name)}Function`).ReservedConcurrentExecutions,
  ]);
  return Object.fromEntries(entries.filter(([, count]) => count !== undefined));
};

describe(reservationsOf, () => {
  it('leaves the workers, the sweep and the dead letters room that no caller can take', () => {
    const reserved = reservedIn({ maximumConcurrency: 10 });
    expect(reserved).toEqual({
      'submit-job': 150,
      'run-synchronously': 100,
      'get-job': 150,
      'get-image': 50,
      'cancel-job': 20,
      'delete-job': 20,
      'delete-answer': 10,
      'list-models': 10,
      'list-jobs': 10,
      'show-usage': 10,
      'manage-files': 20,
      'manage-keys': 10,
      'serve-site': 20,
      'process-job': 50,
      'handle-dead-letter': 2,
      'sweep-jobs': 2,
    });
  });

  it('holds every function behind the API to a share of the account', () => {
    const reserved = reservationsOf(resolveStage({ ...plainStage, accountConcurrency: 260, slowConcurrency: 6 }));
    const shares = ['submit-job', 'run-synchronously', 'get-job', 'serve-site'] as const;
    expect(shares.map((name) => reserved[name])).toEqual([39, 26, 39, 5]);
  });

  it('sets nothing aside for synchronous requests where there are none', () => {
    const { 'run-synchronously': left, ...reserved } = reservedIn({ synchronousSeconds: 0 });
    expect(left).toBeUndefined();
    expect(Object.keys(reserved)).toHaveLength(functionNames.length - 1);
  });

  it('reserves nothing, or just what is named, where the stage says so', () => {
    expect(reservedIn(newAccount)).toEqual({});
    const named = { 'get-job': 7, 'submit-job': 8, 'run-synchronously': 9, 'sweep-jobs': 1 };
    expect(reservedIn({ reservedConcurrency: named })).toEqual(named);
  });
});

describe(maxRunningJobsOf, () => {
  it('leaves a fifth of what can be worked on to other owners, in each lane', () => {
    const stage = synthesizeStage({ maximumConcurrency: 10, jobsPerInvocation: 4, slowConcurrency: 8 });
    const { MAX_RUNNING_JOBS } = stage.one('AWS::Lambda::Function', 'ProcessJobFunction').Environment.Variables;
    expect(JSON.parse(MAX_RUNNING_JOBS)).toEqual({ shared: 32, alone: 6 });
  });

  it('lets each owner have one job at least, and as many as the stage says', () => {
    const small = { ...plainStage, jobsPerInvocation: 1, slowConcurrency: 2 };
    expect(maxRunningJobsOf(resolveStage(small))).toEqual({ shared: 1, alone: 1 });
    expect(maxRunningJobsOf(resolveStage({ ...small, maxRunningJobsPerOwner: 9 }))).toEqual({ shared: 9, alone: 9 });
  });
});

describe(maxWaitsOf, () => {
  const maxWaits = (settings: Partial<StageSettings> = {}) => maxWaitsOf(resolveStage({ ...plainStage, ...settings }));
  const waitRefusals = (settings: Partial<StageSettings>): string => {
    try {
      return String(maxWaits(settings));
    } catch (error) {
      return String(error);
    }
  };

  it('lets one owner hold a third of either function that waits, which both are told', () => {
    const stage = synthesizeStage();
    for (const name of ['SubmitJob', 'GetJob']) {
      const { Variables } = stage.one('AWS::Lambda::Function', `${name}Function`).Environment;
      expect(Variables.MAX_WAITS_PER_OWNER, name).toBe('50');
    }
    expect(maxWaits({ accountConcurrency: 340 })).toBe(17);
    expect(maxWaits({ reservedConcurrency: { 'submit-job': 90, 'get-job': 30 }, synchronousSeconds: 0 })).toBe(10);
    expect(maxWaits({ maxWaitsPerOwner: 7 })).toBe(7);
  });

  it('counts what is to spare where nothing is reserved for one of them', () => {
    const free = {
      maximumConcurrency: 10,
      slowConcurrency: 40,
      throttle: { ratePerSecond: 1, burst: 1 },
      synchronousSeconds: 0,
    };
    expect(maxWaits({ ...free, reservedConcurrency: 'none', accountConcurrency: 656 })).toBe(200);
    expect(maxWaits({ ...free, reservedConcurrency: 'none', accountConcurrency: 356 })).toBe(100);
    expect(maxWaits({ ...free, reservedConcurrency: { 'get-job': 120 } })).toBe(40);
  });

  it('stays where one item can hold it, however large the account is', () => {
    expect(maxWaits({ accountConcurrency: 100_000 })).toBe(200);
  });

  it('is no matter on an account where nobody may wait', () => {
    expect(maxWaits(newAccount)).toBe(1);
  });

  it('leaves a fifth of either function to other owners', () => {
    expect(maxWaits({ maxWaitsPerOwner: 120 })).toBe(120);
    expect(waitRefusals({ maxWaitsPerOwner: 121 })).toMatch(
      /maxWaitsPerOwner is 121, and submit-job or get-job may run 150 at a time: the maximum is 120/,
    );
    expect(waitRefusals({ maxWaitsPerOwner: 121, waitSeconds: 0 })).toBe('121');
    const narrow = (count: number) => ({
      reservedConcurrency: { 'submit-job': 100, 'get-job': count },
      synchronousSeconds: 0,
    });
    expect(waitRefusals(narrow(1))).toMatch(/may run 1 at a time: the maximum is 0/);
    expect(maxWaits(narrow(2))).toBe(1);
  });
});

describe(maxSynchronousOf, () => {
  const maxSynchronous = (settings: Partial<StageSettings> = {}): number | string => {
    try {
      return maxSynchronousOf(resolveStage({ ...plainStage, ...settings }));
    } catch (error) {
      return String(error);
    }
  };

  it('lets one owner hold a third of the function, which is told so', () => {
    const { Variables } = synthesizeStage().one('AWS::Lambda::Function', 'RunSynchronouslyFunction').Environment;
    expect(Variables.MAX_SYNCHRONOUS_PER_OWNER).toBe('33');
    const reserved = { 'submit-job': 90, 'get-job': 90, 'run-synchronously': 30 };
    expect(maxSynchronous({ reservedConcurrency: reserved })).toBe(10);
    expect(maxSynchronous({ maxSynchronousPerOwner: 7 })).toBe(7);
    expect(maxSynchronous({ accountConcurrency: 100_000 })).toBe(200);
  });

  it('leaves a fifth of the function to other owners', () => {
    expect(maxSynchronous({ maxSynchronousPerOwner: 80 })).toBe(80);
    expect(maxSynchronous({ maxSynchronousPerOwner: 81 })).toMatch(
      /maxSynchronousPerOwner is 81, and run-synchronously may run 100 at a time: the maximum is 80,.* or set synchronousSeconds to 0/,
    );
    expect(maxSynchronous({ maxSynchronousPerOwner: 81, synchronousSeconds: 0 })).toBe(81);
  });
});

describe(brokenConcurrency, () => {
  it('finds nothing amiss with the defaults, nor with what an account of 10 can run', () => {
    expect(refusalsOf({ maximumConcurrency: 10 })).toEqual([]);
    expect(refusalsOf(newAccount)).toEqual([]);
  });

  it('says what an account of 10 can run', () => {
    const [refusal, ...others] = refusalsOf({ accountConcurrency: 10 });
    expect(others).toEqual([]);
    expect(refusal).toContain(
      "set reservedConcurrency to 'none'. With waitSeconds 0 and synchronousSeconds 0 the account then has room for",
    );
    expect(refusal).toContain('of 4 together, and these are 42;');
  });

  it.each([10, 37, 100])('says how much an account of %i can run, and no more than that', (accountConcurrency) => {
    const [refusal = ''] = refusalsOf({ accountConcurrency });
    const together = Number(/of (\d+) together/.exec(refusal)?.[1]);
    const settings = { ...newAccount, accountConcurrency, maximumConcurrency: together - 2 };
    expect(refusalsOf(settings)).toEqual([]);
    expect(refusalsOf({ ...settings, maximumConcurrency: together - 1 })).not.toEqual([]);
  });

  it.each([101, 183, 240, 324])('names the smallest account above one of %i that will do', (accountConcurrency) => {
    const [refusal = ''] = refusalsOf({ accountConcurrency, maximumConcurrency: 10 });
    expect(refusal).toContain('must be at least 346.');
    expect(refusal).toContain('set synchronousSeconds to 0');
    expect(refusalsOf({ accountConcurrency: 346, maximumConcurrency: 10 })).toEqual([]);
  });

  it.each<[why: string, Partial<StageSettings>, RegExp]>([
    ['more workers than the account has', { maximumConcurrency: 1000 }, /adds up to 1624 .*at least 2697/],
    ['more workers than a new account has', { ...newAccount, maximumConcurrency: 5 }, /10 .*at least 13 are needed/],
    [
      'waits that take a new account',
      { ...newAccount, waitSeconds: 1 },
      /Waiting callers could hold 300 .* lower waitSeconds/,
    ],
    [
      'synchronous requests that take a new account',
      { ...newAccount, synchronousSeconds: 60 },
      /Waiting callers could hold 63000 executions \(420 s of run-synchronously, .*: set synchronousSeconds to 0, or/,
    ],
    [
      'a reservation for synchronous requests that there are none of',
      { reservedConcurrency: { 'submit-job': 9, 'get-job': 9, 'run-synchronously': 9 }, synchronousSeconds: 0 },
      /reserves executions for run-synchronously, which is never invoked/,
    ],
    [
      'waits without a ceiling',
      { reservedConcurrency: 'none' },
      /Waiting callers could hold 102000 .*reserve concurrency for submit-job and get-job and run-synchronously/,
    ],
    [
      'workers below their mapping',
      { reservedConcurrency: { 'process-job': 1 } },
      /process-job \(1\) must be at least/,
    ],
    [
      'dead letters below theirs',
      { reservedConcurrency: { 'handle-dead-letter': 1 } },
      /handle-dead-letter \(1\) must be at least 2/,
    ],
    ['half an execution', { reservedConcurrency: { 'get-job': 0.5 } }, /whole number from 1/],
    ['a function nobody knows', { reservedConcurrency: { nobody: 1 } as Reservations }, /whole number from 1/],
    ['a word nobody knows', { reservedConcurrency: 'most' as 'none' }, /must be 'shares', 'none'/],
  ])('refuses %s', (_, settings, sentence) => {
    expect(refusalsOf(settings).join('\n')).toMatch(sentence);
  });

  it('takes waits that fit beside what works', () => {
    const slow = { ratePerSecond: 1, burst: 1 };
    expect(refusalsOf({ reservedConcurrency: 'none', throttle: slow, synchronousSeconds: 0 })).toEqual([]);
    expect(refusalsOf({ reservedConcurrency: { 'submit-job': 100, 'get-job': 100, 'run-synchronously': 9 } })).toEqual(
      [],
    );
  });
});

describe('docs/operations.md', () => {
  const page = readFileSync('docs/operations.md', 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| `'(none|shares)'` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(
    ([, account, reserved, maximum, slow, wait, synchronous]): Partial<StageSettings> & {
      readonly accountConcurrency: number;
    } => ({
      accountConcurrency: Number(account),
      reservedConcurrency: reserved as 'none' | 'shares',
      maximumConcurrency: Number(maximum),
      slowConcurrency: Number(slow),
      waitSeconds: Number(wait),
      synchronousSeconds: Number(synchronous),
    }),
  );

  it('says what an account of 10 can run, and from which on the defaults do', () => {
    expect(rows.length).toBe(6);
    expect(rows[0]).toEqual(newAccount);
    const { slowConcurrency, waitSeconds, synchronousSeconds, reservedConcurrency } = resolveStage(plainStage);
    const defaults = { slowConcurrency, waitSeconds, synchronousSeconds, reservedConcurrency };
    expect(rows.at(-1)).toMatchObject({ maximumConcurrency: 10, ...defaults });
  });

  it('gives for each row of settings the smallest account that can run them', () => {
    for (const row of rows) {
      expect(refusalsOf(row), JSON.stringify(row)).toEqual([]);
      const smaller = { ...row, accountConcurrency: row.accountConcurrency - 1 };
      expect(refusalsOf(smaller), JSON.stringify(smaller)).not.toEqual([]);
    }
  });

  it('is what the page of settings and the README point at', () => {
    const defaultsNeed = rows.at(-1)?.accountConcurrency;
    expect(readFileSync('bin/darkroom.ts', 'utf8')).toContain(`Below ${defaultsNeed} `);
    expect(readFileSync('README.md', 'utf8')).toMatch(new RegExp(`default settings need\\s+${defaultsNeed}\\.`));
  });
});
