import type { KnownAnswer } from '../../lambda/domain/answers/known-answer.ts';
import type { KnownAnswers, OwnedAnswers } from '../../lambda/domain/answers/known-answers.ts';

/** Known answers in memory, for tests; what goes in and out is copied, as through a network. */
export interface MemoryKnownAnswers extends KnownAnswers, OwnedAnswers {
  readonly entries: ReadonlyMap<string, KnownAnswer>;
}

export function createMemoryKnownAnswers(): MemoryKnownAnswers {
  const entries = new Map<string, KnownAnswer>();
  const isAsSeen = (id: string, seen: Pick<KnownAnswer, 'nonce' | 'state'> | undefined): boolean => {
    const entry = entries.get(id);
    return entry?.nonce === seen?.nonce && entry?.state === seen?.state;
  };
  const put = (entry: KnownAnswer): true => {
    entries.set(entry.id, structuredClone(entry));
    return true;
  };
  return {
    entries,
    find: async (id) => structuredClone(entries.get(id)),
    lead: async (entry, seen) => isAsSeen(entry.id, seen) && put(entry),
    publish: async (entry) => isAsSeen(entry.id, { nonce: entry.nonce, state: 'leading' }) && put(entry),
    remove: async (seen) => isAsSeen(seen.id, seen) && entries.delete(seen.id),
    async *pages(owner) {
      for (const entry of [...entries.values()]) yield entry.owner === owner ? [{ id: entry.id }] : [];
    },
  };
}
