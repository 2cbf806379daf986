import { baseModelOf } from '../keys/model-snapshot.ts';
import type { Micros } from '../money/micros.ts';
import type { WindowSum } from './budgets.ts';
import { isSameWindow, windowsAt } from './windows.ts';

/** What a job has spent on one model, `provider/model`. */
export interface Spend {
  readonly model: string;
  readonly micros: Micros;
}

/** What an owner's ended jobs have spent on one model, `provider/model`, in one window. */
export interface ModelSum extends WindowSum {
  readonly model: string;
}

/** Sums of one owner: they share an item with its reservations. */
const maxSums = 200;

/** The sum of all models beyond those that have one of their own. */
const otherModels = 'other';

/**
 * What a job that was submitted at that time (epoch ms) adds to its owner's sums by model, of its day and its month; dated snapshots
 * count as their model. `known` is what the owner has sums of.
 */
export function modelSumsOf(known: readonly ModelSum[], spends: readonly Spend[], at: number): readonly ModelSum[] {
  const sums: ModelSum[] = [];
  for (const { model: name, micros } of spends.filter((each) => each.micros > 0)) {
    for (const window of windowsAt(at).filter(({ period }) => period === '1d' || period === '1M')) {
      const isKnown = (sum: ModelSum) => sum.model === baseModelOf(name) && isSameWindow(sum, window);
      const hasRoom = known.some(isKnown) || sums.some(isKnown) || known.length + sums.length < maxSums;
      const model = hasRoom ? baseModelOf(name) : otherModels;
      const index = sums.findIndex((sum) => sum.model === model && isSameWindow(sum, window));
      if (index < 0) sums.push({ ...window, model, micros });
      else sums[index] = { ...window, model, micros: micros + (sums[index]?.micros ?? 0) };
    }
  }
  return sums;
}
