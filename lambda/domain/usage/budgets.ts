import { type Budget, windowOf } from '../keys/key-limits.ts';
import type { Micros } from '../money/micros.ts';
import { isSameWindow, type WindowName } from './windows.ts';

/** What an owner's jobs have cost in one window, and what is reserved for those that haven't ended. */
export interface WindowSum extends WindowName {
  readonly micros: Micros;
}

/** How far a budget is used. */
export interface BudgetedWindow {
  readonly budget: Budget;
  /** What is spent and what is reserved. */
  readonly committed: Micros;
  /** When the next window begins, epoch milliseconds. */
  readonly resetsAt: number;
}

/** The budget that has no room for that much more. */
export interface BudgetRefusal {
  readonly by: 'budget';
  readonly window: BudgetedWindow;
  readonly micros: Micros;
}

/** How far each of the budgets is used in the window of that time (epoch ms), in the order of the budgets. */
export const budgetedWindows = (
  sums: readonly WindowSum[],
  budgets: readonly Budget[],
  at: number,
): readonly BudgetedWindow[] =>
  budgets.map((budget) => {
    const { startsAt, endsAt } = windowOf(budget.period, at);
    const sum = sums.find((each) => isSameWindow(each, { period: budget.period, startsAt }));
    return { budget, committed: sum?.micros ?? 0, resetsAt: endsAt };
  });

/** The budget that has no room for that much more: of several, the one that has none for longest. */
export function budgetRefusalOf(
  sums: readonly WindowSum[],
  budgets: readonly Budget[],
  micros: Micros,
  at: number,
): BudgetRefusal | undefined {
  const [window] = budgetedWindows(sums, budgets, at)
    .filter(({ budget, committed }) => committed + micros > budget.micros)
    .toSorted((a, b) => b.resetsAt - a.resetsAt);
  return window && { by: 'budget', window, micros };
}

/** A budget as shown to the caller. */
export interface BudgetStatus {
  readonly budget: Budget;
  /** What the window has left. */
  readonly remaining: Micros;
  /** Whole seconds from the answer until the next window begins. */
  readonly resetSeconds: number;
}

/** The state of a budget at that time (epoch ms). */
export const budgetStatus = ({ budget, committed, resetsAt }: BudgetedWindow, now: number): BudgetStatus => ({
  budget,
  remaining: Math.max(0, budget.micros - committed),
  resetSeconds: Math.max(1, Math.ceil((resetsAt - now) / 1000)),
});

/** The state of the budget that has least left; undefined where there is none. */
export const tightestBudget = (windows: readonly BudgetedWindow[], now: number): BudgetStatus | undefined =>
  windows.map((window) => budgetStatus(window, now)).toSorted((a, b) => a.remaining - b.remaining)[0];
