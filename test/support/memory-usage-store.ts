import { type BudgetedWindow, budgetedWindows, budgetRefusalOf } from '../../lambda/domain/usage/budgets.ts';
import { modelSumsOf } from '../../lambda/domain/usage/model-sums.ts';
import {
  forgettableOf,
  limitedWindows,
  type Reservation,
  refusalOf,
  type Usage,
} from '../../lambda/domain/usage/usage.ts';
import type { UsageStore } from '../../lambda/domain/usage/usage-store.ts';
import { currentWindowsOf, isSameWindow, type WindowName, windowsAt } from '../../lambda/domain/usage/windows.ts';

/** Owners' usage in memory, for tests; what goes in and out is copied, as through a network. */
export function createMemoryUsageStore(): UsageStore {
  const kept = new Map<string, Usage>();
  const usageOf = (owner: string): Usage => kept.get(owner) ?? { owner, open: [], counts: [], sums: [], models: [] };
  const keep = (usage: Usage): void => void kept.set(usage.owner, structuredClone(usage));
  const find = (owner: string, nonce: string): Reservation | undefined =>
    usageOf(owner).open.find((each) => each.nonce === nonce);

  /** Takes a reservation away, with `spent` in its place. */
  function end(owner: string, nonce: string, spent: number): Reservation | undefined {
    const [usage, reservation] = [usageOf(owner), find(owner, nonce)];
    if (!reservation) return undefined;
    const open = usage.open.filter((each) => each !== reservation);
    keep({ ...usage, open, sums: summed(usage, reservation.at, spent - reservation.micros) });
    return reservation;
  }

  return {
    async reserve(owner, reservation, limits) {
      const { at, nonce, micros } = reservation;
      let usage = usageOf(owner);
      const isThere = find(owner, nonce) !== undefined;
      const refusal = isThere ? undefined : refusalOf(usage, limits, reservation);
      if (!isThere && !refusal) {
        const sums = summed(usage, at, micros);
        usage = { ...usage, counts: counted(usage, at, 1), sums, open: [...usage.open, reservation], lastUsedAt: at };
        keep(usage);
      }
      const windows = limitedWindows(usage.counts, limits.rateLimits, at);
      const budgets: readonly BudgetedWindow[] = budgetedWindows(usage.sums, limits.budgets, at);
      const state = { windows, budgets };
      return refusal ? { reserved: false, refusal, ...state } : { reserved: true, ...state };
    },
    async raise(owner, { nonce }, micros, budgets) {
      const [usage, reservation] = [usageOf(owner), find(owner, nonce)];
      if (!reservation) return { raised: false, refusal: { by: 'gone' } };
      const more = Math.max(0, micros - reservation.micros);
      const refusal = more > 0 && budgetRefusalOf(usage.sums, budgets, more, reservation.at);
      if (refusal) return { raised: false, refusal };
      const open = usage.open.map((each) => (each === reservation ? { ...each, micros: each.micros + more } : each));
      keep({ ...usage, open, sums: summed(usage, reservation.at, more) });
      return { raised: true };
    },
    async settle(owner, { nonce }, spends) {
      const ended = end(
        owner,
        nonce,
        spends.reduce((sum, { micros }) => sum + micros, 0),
      );
      if (!ended) return false;
      const usage = usageOf(owner);
      const models = [...usage.models];
      for (const sum of modelSumsOf(models, spends, ended.at)) {
        const index = models.findIndex((each) => each.model === sum.model && isSameWindow(each, sum));
        if (index < 0) models.push(sum);
        else models[index] = { ...sum, micros: sum.micros + (models[index]?.micros ?? 0) };
      }
      keep({ ...usage, models });
      return true;
    },
    async refund(owner, { nonce, at }, now) {
      if (!end(owner, nonce, 0)) return false;
      const usage = usageOf(owner);
      keep({ ...usage, counts: counted(usage, at, -1, now) });
      return true;
    },
    find: async (owner) => structuredClone(kept.get(owner)),
    async *pages() {
      for (const usage of [...kept.values()]) yield [structuredClone(usage)];
    },
    async forgetPast(seen, now) {
      const { counts, sums, models } = forgettableOf(seen, now);
      const isKept = (gone: readonly WindowName[]) => (each: WindowName) =>
        !gone.some((window) => isSameWindow(window, each));
      const usage = usageOf(seen.owner);
      if (!kept.has(seen.owner)) return;
      keep({
        ...usage,
        counts: usage.counts.filter(isKept(counts)),
        sums: usage.sums.filter(isKept(sums)),
        models: usage.models.filter(isKept(models)),
      });
    },
    async markForPurge(owner, now) {
      keep({ purgeAt: now, ...usageOf(owner) });
    },
    async unmark(owner) {
      const { purgeAt: _, ...usage } = usageOf(owner);
      if (kept.has(owner)) keep(usage);
    },
    async removePurged(owner) {
      const { open, purgeAt } = usageOf(owner);
      return purgeAt !== undefined && open.length === 0 && kept.delete(owner);
    },
  };
}

/** Adds to the counts of a submission's windows: of those that are current at `now` only. */
function counted(usage: Usage, at: number, requests: number, now = at): Usage['counts'] {
  const counts = [...usage.counts];
  for (const window of currentWindowsOf(at, now)) {
    const index = counts.findIndex((each) => isSameWindow(each, window));
    if (index < 0) counts.push({ ...window, requests });
    else counts[index] = { ...window, requests: (counts[index]?.requests ?? 0) + requests };
  }
  return counts;
}

/** Adds to the sums of all windows of a submission. */
function summed(usage: Usage, at: number, micros: number): Usage['sums'] {
  if (micros === 0) return usage.sums;
  const sums = [...usage.sums];
  for (const window of windowsAt(at)) {
    const index = sums.findIndex((each) => isSameWindow(each, window));
    if (index < 0) sums.push({ ...window, micros });
    else sums[index] = { ...window, micros: (sums[index]?.micros ?? 0) + micros };
  }
  return sums;
}
