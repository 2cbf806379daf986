import type { JobRecord } from '../../../lambda/adapters/job-record.ts';
import { Broken, type Facts, type Life, type Told } from '../facts.ts';
import type { Billed } from '../parts/vendors.ts';
import { callers } from './callers.ts';
import type { Check } from './check.ts';
import { endings, kept } from './endings.ts';
import { deletion, denials, items, wakeUps } from './keeping.ts';
import { asking, books, closing, notPaidAgain } from './ledger.ts';
import { judgeLink, type LinkUse } from './links.ts';
import { patience } from './patience.ts';

const checks: readonly Check[] = [
  ...[kept, endings, asking, closing, notPaidAgain, books],
  ...[items, deletion, denials, wakeUps, callers, patience],
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

/**
 * Carries out checks, each whatever the others found. What is broken is reported and not thrown: this runs in the middle of
 * a store's work, where an error would be taken for the store's own.
 */
function hold<Args extends readonly unknown[]>(
  held: readonly ((facts: Facts, ...args: Args) => void)[],
  facts: Facts,
  ...args: Args
): void {
  for (const check of held) {
    try {
      check(facts, ...args);
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
  request: (facts: Facts, request: Billed, life: Life | undefined): void => hold(onRequest, facts, request, life),
  touched: (facts: Facts, life: Life): void => hold(onTouched, facts, life),
  told: (facts: Facts, told: Told, number: number): void => hold(onTold, facts, told, number),
  overdue: (facts: Facts, life: Life): void => hold(onOverdue, facts, life),
  link: (facts: Facts, use: LinkUse): void => hold([judgeLink], facts, use),
  sums: (facts: Facts): void => hold(onSums, facts),
  end: (facts: Facts): void => {
    hold(onSums, facts);
    hold(atEnd, facts);
  },
};
