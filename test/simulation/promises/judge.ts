import type { JobRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { Job } from '../../../lambda/domain/jobs/job.ts';
import { Broken, type Facts, type Life, type Told } from '../facts.ts';
import type { InputFetch } from '../parts/input-hosts.ts';
import type { UsageEvent } from '../parts/usage-table.ts';
import type { Billed, VendorCall } from '../parts/vendors.ts';
import type { Invocation } from '../scheduler.ts';
import { answers } from './answers.ts';
import { callers } from './callers.ts';
import { callersKeys, judgeCall } from './callers-keys.ts';
import type { Check } from './check.ts';
import { endings, kept } from './endings.ts';
import { inputs, judgeFetch } from './inputs.ts';
import { deletion, denials, items, wakeUps } from './keeping.ts';
import { asking, books, closing, notPaidAgain } from './ledger.ts';
import { judgeUsage, limits } from './limits.ts';
import { judgeLink, type LinkUse } from './links.ts';
import { judgeMoney, money } from './money.ts';
import { patience } from './patience.ts';
import { results } from './results.ts';
import { notStored, stopped } from './spent.ts';
import { judgePlace, judgeRest, synchronous } from './synchronous.ts';
import { waits } from './waits.ts';

const checks: readonly Check[] = [
  ...[kept, endings, asking, closing, notPaidAgain, books],
  ...[notStored, stopped, results, answers, money],
  ...[items, deletion, denials, wakeUps, callers, patience, waits, limits, synchronous, callersKeys, inputs],
];

const hooks = <Name extends keyof Check>(name: Name): readonly NonNullable<Check[Name]>[] =>
  checks.flatMap((check) => (check[name] === undefined ? [] : [check[name]])) as NonNullable<Check[Name]>[];

const [onWrite, onRequest, onTouched, onTold, onOverdue, onSums, atEnd] = [
  hooks('onWrite'),
  hooks('onRequest'),
  hooks('onTouched'),
  hooks('onTold'),
  hooks('onOverdue'),
  hooks('onSums'),
  hooks('atEnd'),
];

const onLink = [judgeLink];
const onUsage = [judgeUsage, judgeMoney];
const onCarried = [judgePlace];
const onRest = [judgeRest];
const onCalled = [judgeCall];
const onFetched = [judgeFetch];

/** Where a hook takes less than the others. */
const none = undefined;

/**
 * Carries out checks, each whatever the others found. What is broken is reported and not thrown: this runs in the middle of
 * a store's work, where an error would be taken for the store's own.
 */
function hold<A, B, C>(
  held: readonly ((facts: Facts, a: A, b: B, c: C) => void)[],
  facts: Facts,
  a: A,
  b: B,
  c: C,
): void {
  for (const check of held) {
    try {
      check(facts, a, b, c);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      facts.report(error);
    }
  }
}

/** Holds every promise against what happens. */
export const judge = {
  write: (facts: Facts, life: Life, before: JobRecord | undefined, by: string): void =>
    hold(onWrite, facts, life, before, by),
  request: (facts: Facts, request: Billed, life: Life | undefined): void => hold(onRequest, facts, request, life, none),
  touched: (facts: Facts, life: Life): void => hold(onTouched, facts, life, none, none),
  told: (facts: Facts, told: Told, number: number): void => hold(onTold, facts, told, number, none),
  overdue: (facts: Facts, life: Life): void => hold(onOverdue, facts, life, none, none),
  link: (facts: Facts, use: LinkUse): void => hold(onLink, facts, use, none, none),
  carried: (facts: Facts, invocation: Invocation, job: Job): void => hold(onCarried, facts, invocation, job, none),
  rested: (facts: Facts, invocation: Invocation, job: Job): void => hold(onRest, facts, invocation, job, none),
  called: (facts: Facts, call: VendorCall): void => hold(onCalled, facts, call, none, none),
  fetched: (facts: Facts, fetch: InputFetch): void => hold(onFetched, facts, fetch, none, none),
  usage: (facts: Facts, event: UsageEvent): void => hold(onUsage, facts, event, none, none),
  sums: (facts: Facts): void => hold(onSums, facts, none, none, none),
  end: (facts: Facts): void => {
    hold(onSums, facts, none, none, none);
    hold(atEnd, facts, none, none, none);
  },
};
