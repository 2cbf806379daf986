import type { FullAnswer, KnownAnswer, LedAnswer } from './known-answer.ts';

/** Where known answers are kept. Every read of an entry is strongly consistent; a store that can't answer throws. */
export interface KnownAnswers {
  /** The entry as it was last written, expired or not. */
  find(id: string): Promise<KnownAnswer | undefined>;
  /** Makes a job the leader of an entry, if that is still as it was seen: false where another writer came first. */
  lead(entry: LedAnswer, seen: KnownAnswer | undefined): Promise<boolean>;
  /** Fills an entry, if it is still led by the same submission: false where it isn't, or is full already. */
  publish(entry: FullAnswer): Promise<boolean>;
  /** Removes an entry, if that is still as it was seen: false where another writer came first. */
  remove(seen: KnownAnswer): Promise<boolean>;
}

/** The index of known answers by owner. It runs after the table by moments. */
export interface OwnedAnswers {
  /** An owner's entries, page by page; a page may be empty. */
  pages(owner: string): AsyncIterable<readonly Pick<KnownAnswer, 'id'>[]>;
}
