import type { VirtualKey } from './virtual-key.ts';

/** A credential that a key may be used by, by its lower-case hex SHA-256, and until when (epoch ms) where it was replaced. */
export interface KeptCredential {
  readonly hash: string;
  readonly until?: number;
}

/** A virtual key with its credentials, the latest first. Those whose end has come may still be among them. */
export interface KeyWithCredentials {
  readonly key: VirtualKey;
  readonly credentials: readonly KeptCredential[];
}

/** A virtual key as stored. `version` is for optimistic locking. */
export interface KeptKey extends KeyWithCredentials {
  readonly version: number;
}

/** The credentials that a key may be used by at that time (epoch ms). */
export const workingCredentials = (
  { credentials }: Pick<KeyWithCredentials, 'credentials'>,
  now: number,
): readonly KeptCredential[] => credentials.filter(({ until }) => until === undefined || until > now);

/** A newly generated credential: its text, which is not stored, and its SHA-256 (lower-case hex), which is. */
export interface NewCredential {
  readonly text: string;
  readonly hash: string;
}

/** Some of the stage's keys, in no order that means anything. */
export interface KeyPage {
  readonly keys: readonly KeyWithCredentials[];
  /** The id after which the next page begins; absent on the last one. */
  readonly next?: string;
}

/**
 * The virtual keys of the stage for those who manage them. Every read is strongly consistent and nothing is remembered. A write
 * that dies halfway leaves nothing that counts, and no name in use. A store that can't answer throws.
 */
export interface KeyRegistry {
  /** Keeps a new key with its first credential. */
  create(key: VirtualKey, credentialHash: string): Promise<'created' | 'name_taken' | 'credential_taken'>;
  find(id: string): Promise<KeptKey | undefined>;
  /** At most `limit` keys, those after the id where one is given. */
  list(limit: number, after?: string): Promise<KeyPage>;
  /** Writes a changed key, unless there was a write since `seen`. Removed credentials are deleted; new ones must be unused. */
  replace(seen: KeptKey, next: KeyWithCredentials): Promise<'replaced' | 'name_taken' | 'changed'>;
  /** Deletes a key with its name and credentials, unless there was a write since `seen`. */
  remove(seen: KeptKey): Promise<'removed' | 'changed'>;
}
