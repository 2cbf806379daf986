import type { Addressee } from '../ports.ts';
import type { RunningSlots } from './running-slots.ts';

/** Whose slots they are: a part of those that one owner's jobs have in a lane. */
export interface SlotsName extends Addressee {
  readonly part: number;
}

/** What was known of an owner's slots when it was read. `version` tells whether anybody has written since. */
export interface KeptSlots {
  readonly state: RunningSlots;
  readonly version: number;
}

/** Where it is kept which jobs of an owner run. Every read is strongly consistent; a store that can't answer throws. */
export interface SlotStore {
  /** If it was never written, or was deleted, no slot is held. */
  read(slots: SlotsName): Promise<KeptSlots>;
  /** Keeps the next state unless somebody has written since `seen`; false if so. */
  write(slots: SlotsName, seen: KeptSlots, next: RunningSlots): Promise<boolean>;
}
