import { describe, expect, it } from 'vitest';
import { tightestBudget } from '../../../../lambda/domain/usage/budgets.ts';
import { budgetUseAt, spendAt } from '../../../../lambda/domain/usage/spend.ts';
import { windowsAt } from '../../../../lambda/domain/usage/windows.ts';

const noon = Date.UTC(2026, 10, 28, 12);
const hour = 3_600_000;
const day = Date.UTC(2026, 10, 28);

const money = {
  open: [
    { nonce: 'a', jobId: 'a', at: noon - 1, micros: 5 },
    { nonce: 'b', jobId: 'b', at: noon, micros: 7 },
  ],
  sums: windowsAt(noon).map((window) => ({ ...window, micros: 30 })),
  models: [
    { period: '1d', startsAt: day, model: 'bfl/a', micros: 4 },
    { period: '1d', startsAt: day, model: 'bfl/b', micros: 14 },
    { period: '1d', startsAt: day - 24 * hour, model: 'bfl/a', micros: 99 },
  ],
} as const;

describe(spendAt, () => {
  it('tells what is spent from what is reserved in each window, and by model in days and months', () => {
    const [minute, ...others] = spendAt(money, noon);
    expect(minute).toEqual({ period: '1m', startsAt: noon, resetsAt: noon + 60_000, spent: 23, reserved: 7 });
    expect(others.map(({ period, spent, reserved, models }) => [period, spent, reserved, models])).toEqual([
      ['1h', 23, 7, undefined],
      [
        ...['1d', 18, 12],
        [
          { model: 'bfl/b', micros: 14 },
          { model: 'bfl/a', micros: 4 },
        ],
      ],
      ['1w', 18, 12, undefined],
      ['1M', 18, 12, []],
    ]);
  });

  it('knows of nothing spent in a window that has just begun', () => {
    expect(spendAt(money, noon + hour)[1]).toMatchObject({ period: '1h', spent: 0, reserved: 0 });
  });
});

describe(budgetUseAt, () => {
  it('says how much of what is committed is reserved', () => {
    expect(budgetUseAt(money, [{ micros: 50, period: '1h' }], noon)).toEqual([
      { budget: { micros: 50, period: '1h' }, committed: 30, reserved: 7, resetsAt: noon + hour },
    ]);
  });
});

describe(tightestBudget, () => {
  const windowOf = (micros: number, committed: number) => ({
    ...{ budget: { micros, period: '1h' as const }, committed, resetsAt: noon + hour },
  });

  it('is the one that has least left, in whole seconds', () => {
    expect(tightestBudget([windowOf(100, 10), windowOf(20, 5)], noon + 500)).toEqual({
      ...{ budget: { micros: 20, period: '1h' }, remaining: 15, resetSeconds: 3600 },
    });
    expect(tightestBudget([], noon)).toBeUndefined();
  });

  it('has nothing left where a budget was lowered below what is spent', () => {
    expect(tightestBudget([windowOf(20, 25)], noon)).toMatchObject({ remaining: 0 });
  });
});
