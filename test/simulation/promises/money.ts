import { usageOf } from '../../../lambda/adapters/dynamo/usage/usage-item.ts';
import { knownCost, knownCostIn, spentIn } from '../../../lambda/domain/jobs/spending.ts';
import type { Budget } from '../../../lambda/domain/keys/key-limits.ts';
import type { WindowSum } from '../../../lambda/domain/usage/budgets.ts';
import type { Usage } from '../../../lambda/domain/usage/usage.ts';
import { isWithin } from '../../../lambda/domain/usage/windows.ts';
import type { Facts, Life } from '../facts.ts';
import type { UsageEvent } from '../parts/usage-table.ts';
import { broken, type Check } from './check.ts';

/** Jobs of an owner that were submitted in a window, without those that were undone, and those that their callers paid for themselves. */
const livesIn = ({ lives }: Facts, owner: string, window: WindowSum): readonly Life[] =>
  [...lives.values()].filter(
    (life) =>
      life.row.owner === owner &&
      life.row.credential !== 'caller' &&
      !isUndone(life) &&
      isWithin(life.row.createdAt, window),
  );

const isUndone = ({ isGone, end }: Life): boolean => isGone && end === undefined;

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** Promises 41 and 42, at each write of an owner's usage and at each refusal. */
export function judgeMoney(facts: Facts, { what, owner, at, row }: UsageEvent): void {
  const budgets = facts.stage.limits[owner]?.budgets ?? [];
  if (budgets.length === 0) return;
  const usage = usageOf(row);
  if (what === 'changed') checkWithin(usage, budgets);
  if (what === 'refused' || what === 'not_raised') checkTaken(facts, usage, budgets, at);
}

/** Promise 41, by what is written. */
function checkWithin({ owner, sums }: Usage, budgets: readonly Budget[]): void {
  for (const { period, micros } of budgets) {
    const over = sums.find((sum) => sum.period === period && sum.micros > micros);
    if (over) broken(41, nobody, `${owner} has committed ${over.micros} of ${micros} in ${period}`);
  }
}

/** Promise 42: whoever is refused is refused for what others may have. */
function checkTaken(facts: Facts, { owner, open, sums }: Usage, budgets: readonly Budget[], at: number): void {
  const unsettled = new Set(open.map(({ nonce }) => nonce));
  for (const sum of sums) {
    if (!budgets.some(({ period }) => period === sum.period) || !isWithin(at, sum)) continue;
    const reserved = sumOf(open.filter((each) => isWithin(each.at, sum)).map(({ micros }) => micros));
    const settled = livesIn(facts, owner, sum).filter(({ nonce }) => !unsettled.has(nonce));
    const spent = sumOf(settled.map(({ row }) => spentIn(row.attempts)));
    if (sum.micros !== reserved + spent)
      broken(42, nobody, `${owner}: ${sum.micros} in ${sum.period}, with ${reserved} reserved and ${spent} spent`);
  }
}

/** Promise 43, and 41 by what providers charge. */
export const money: Check = {
  atEnd(facts) {
    for (const life of facts.lives.values()) if (!isUndone(life)) checkBill(facts, life);
    for (const row of facts.usage.rows.values()) {
      const { owner, sums } = usageOf(row);
      for (const sum of sums) checkSum(facts, owner, sum);
    }
  },
};

/** What the ledger knows is what was charged; where it doesn't know, it counts no less. */
function checkBill({ vendors }: Facts, life: Life): void {
  const { attempts } = life.row;
  const billed = vendors.bills.get(life.nonce) ?? 0;
  const known = sumOf(attempts.map((attempt) => knownCost(attempt) ?? 0));
  const isExact = knownCostIn(attempts) !== undefined;
  if (isExact ? billed !== known : billed < known || billed > spentIn(attempts))
    broken(43, life, `it was charged ${billed}, and its ledger has ${known}, and at most ${spentIn(attempts)}`);
}

function checkSum(facts: Facts, owner: string, sum: WindowSum): void {
  const { now } = facts.scheduler;
  if (!isWithin(now - skewMilliseconds, sum) || !isWithin(now + skewMilliseconds, sum)) return;
  const lives = livesIn(facts, owner, sum);
  const spent = sumOf(lives.map(({ row }) => spentIn(row.attempts)));
  if (sum.micros !== spent)
    broken(43, nobody, `${owner} has settled ${sum.micros} in ${sum.period}, and its ledgers have spent ${spent}`);
  const billed = sumOf(lives.map(({ nonce }) => facts.vendors.bills.get(nonce) ?? 0));
  const budget = facts.stage.limits[owner]?.budgets.find(({ period }) => period === sum.period);
  if (budget && billed > budget.micros) broken(41, nobody, `${owner} was charged ${billed} of ${budget.micros}`);
}

/** A promise that isn't about one job. */
const nobody = { number: -1 };

/** How far the clocks of two functions may be apart. */
const skewMilliseconds = 5000;
