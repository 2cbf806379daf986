import type { VirtualKey } from './virtual-key.ts';

/** The virtual keys of the stage. A store that can't answer throws. */
export interface KeyStore {
  /** The key that a credential with this SHA-256 (lower-case hex) is good for now, whether or not the key may be used. */
  findByCredential(keyHash: string): Promise<VirtualKey | undefined>;
  find(id: string): Promise<VirtualKey | undefined>;
  /** The key with this id, else the one with this name. */
  findNamed(idOrName: string): Promise<VirtualKey | undefined>;
}
