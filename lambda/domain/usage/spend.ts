import { type Budget, windowOf } from '../keys/key-limits.ts';
import type { Micros } from '../money/micros.ts';
import { type BudgetedWindow, budgetedWindows } from './budgets.ts';
import type { Spend } from './model-sums.ts';
import type { Usage } from './usage.ts';
import { isSameWindow, isWithin, type WindowName, windowsAt } from './windows.ts';

/** What an owner has spent in a current window, and what is reserved there. */
export interface WindowSpend extends WindowName {
  /** When the next window begins, epoch milliseconds. */
  readonly resetsAt: number;
  /** Of the jobs that have ended. */
  readonly spent: Micros;
  /** For the jobs that have not. */
  readonly reserved: Micros;
  /** What is spent by model, the most first. Of days and months alone. */
  readonly models?: readonly Spend[];
}

/** How far a budget is used, and how much of that is reserved. */
export interface BudgetUse extends BudgetedWindow {
  readonly reserved: Micros;
}

type Money = Pick<Usage, 'open' | 'sums' | 'models'>;

/** What is spent in the windows of that time (epoch ms), from the shortest period to the longest. */
export const spendAt = (usage: Money, now: number): readonly WindowSpend[] =>
  windowsAt(now).map((window) => {
    const reserved = reservedIn(usage, window);
    const committed = usage.sums.find((sum) => isSameWindow(sum, window))?.micros ?? 0;
    const resetsAt = windowOf(window.period, now).endsAt;
    const models = window.period === '1d' || window.period === '1M' ? { models: modelsIn(usage, window) } : {};
    return { ...window, resetsAt, spent: committed - reserved, reserved, ...models };
  });

/** How far these budgets are used at that time (epoch ms). */
export const budgetUseAt = (usage: Money, budgets: readonly Budget[], now: number): readonly BudgetUse[] =>
  budgetedWindows(usage.sums, budgets, now).map((window) => {
    const { period } = window.budget;
    return { ...window, reserved: reservedIn(usage, { period, startsAt: windowOf(period, now).startsAt }) };
  });

const reservedIn = ({ open }: Money, window: WindowName): Micros =>
  open.filter(({ at }) => isWithin(at, window)).reduce((sum, { micros }) => sum + micros, 0);

const modelsIn = ({ models }: Money, window: WindowName): readonly Spend[] =>
  models
    .filter((sum) => isSameWindow(sum, window))
    .map(({ model, micros }) => ({ model, micros }))
    .toSorted((a, b) => b.micros - a.micros);
