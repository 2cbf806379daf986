import { usageOf } from '../../lambda/adapters/dynamo/usage/usage-item.ts';
import { knownCostIn, spentIn } from '../../lambda/domain/jobs/spending.ts';
import type { Facts } from './facts.ts';

/** The stage's money in a world at its end, in micro-dollars; callers' own keys cost it nothing. Jobs whose every cost is known are told apart from the others. */
export interface Account {
  /** What the ledgers of those jobs have spent, and what vendors charged for them. */
  readonly known: { readonly spent: number; readonly charged: number };
  /** The same of jobs with a request of unknown outcome or cost, which counts as the most that it may have cost. */
  readonly unknown: { readonly spent: number; readonly charged: number };
  /** What all owners' usage has committed. */
  readonly settled: number;
  readonly openReservations: number;
}

/** Adds it up from the ledgers, the vendors' books and the owners' usage. */
export function accountOf({ lives, vendors, usage }: Facts): Account {
  const sums = { known: { spent: 0, charged: 0 }, unknown: { spent: 0, charged: 0 } };
  for (const { row, nonce, isGone, end } of lives.values()) {
    // A row that goes after its end was kept for as long as it had to be; before, it was undone.
    if ((isGone && end === undefined) || row.credential === 'caller') continue;
    const kind = sums[knownCostIn(row.attempts) === undefined ? 'unknown' : 'known'];
    kind.spent += spentIn(row.attempts);
    kind.charged += vendors.bills.get(nonce) ?? 0;
  }
  const owners = [...usage.rows.values()].map(usageOf);
  const months = owners.flatMap((owner) => owner.sums.filter(({ period }) => period === '1M'));
  return {
    ...sums,
    settled: months.reduce((sum, { micros }) => sum + micros, 0),
    openReservations: owners.reduce((sum, { open }) => sum + open.length, 0),
  };
}

export const noMoney: Account = {
  known: { spent: 0, charged: 0 },
  unknown: { spent: 0, charged: 0 },
  settled: 0,
  openReservations: 0,
};

/** The sum of two accounts. */
export const addedUp = (a: Account, b: Account): Account => ({
  known: { spent: a.known.spent + b.known.spent, charged: a.known.charged + b.known.charged },
  unknown: { spent: a.unknown.spent + b.unknown.spent, charged: a.unknown.charged + b.unknown.charged },
  settled: a.settled + b.settled,
  openReservations: a.openReservations + b.openReservations,
});

/** Lines on it for people. */
export function accountText({ known, unknown, settled, openReservations }: Account): string {
  const usd = (micros: number) => `$${(micros / 1e6).toFixed(6)}`;
  return [
    'money:',
    `  jobs whose costs are known: ${usd(known.spent)} in ledgers, ${usd(known.charged)} charged`,
    `  jobs with an unknown outcome: ${usd(unknown.spent)} in ledgers at most, ${usd(unknown.charged)} charged`,
    `  all: ${usd(known.spent + unknown.spent)} in ledgers, ${usd(settled)} settled, ${openReservations} reservations open`,
  ].join('\n');
}
