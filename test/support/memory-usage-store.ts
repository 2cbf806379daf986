import { currentWindowsOf, isPast, limitedWindows, refusalOf, type Usage } from '../../lambda/domain/usage/usage.ts';
import type { UsageStore } from '../../lambda/domain/usage/usage-store.ts';

/** Owners' usage in memory, for tests; what goes in and out is copied, as through a network. */
export function createMemoryUsageStore(): UsageStore {
  const kept = new Map<string, Usage>();
  const usageOf = (owner: string): Usage => kept.get(owner) ?? { owner, open: [], counts: [] };
  const keep = (usage: Usage): void => void kept.set(usage.owner, structuredClone(usage));

  function release(owner: string, nonce: string): boolean {
    const usage = usageOf(owner);
    const open = usage.open.filter((each) => each.nonce !== nonce);
    if (open.length === usage.open.length) return false;
    keep({ ...usage, open });
    return true;
  }

  return {
    async reserve(owner, reservation, limits) {
      const { at, nonce } = reservation;
      let usage = usageOf(owner);
      const isThere = usage.open.some((each) => each.nonce === nonce);
      const refusal = isThere ? undefined : refusalOf(usage, limits, at);
      if (!isThere && !refusal) {
        usage = { ...counted(usage, at, 1), open: [...usage.open, reservation], lastUsedAt: at };
        keep(usage);
      }
      const windows = limitedWindows(usage.counts, limits.rateLimits, at);
      return refusal ? { reserved: false, refusal, windows } : { reserved: true, windows };
    },
    release: async (owner, nonce) => release(owner, nonce),
    async refund(owner, { nonce, at }, now) {
      if (!release(owner, nonce)) return false;
      keep(counted(usageOf(owner), at, -1, now));
      return true;
    },
    find: async (owner) => structuredClone(kept.get(owner)),
    async *pages() {
      for (const usage of [...kept.values()]) yield [structuredClone(usage)];
    },
    async forgetPast({ owner }, now) {
      const usage = usageOf(owner);
      if (kept.has(owner)) keep({ ...usage, counts: usage.counts.filter((window) => !isPast(window, now)) });
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
function counted(usage: Usage, at: number, requests: number, now = at): Usage {
  const counts = [...usage.counts];
  for (const window of currentWindowsOf(at, now)) {
    const index = counts.findIndex(({ period, startsAt }) => period === window.period && startsAt === window.startsAt);
    if (index < 0) counts.push({ ...window, requests });
    else counts[index] = { ...window, requests: (counts[index]?.requests ?? 0) + requests };
  }
  return { ...usage, counts };
}
