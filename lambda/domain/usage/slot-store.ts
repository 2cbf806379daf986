import type { Addressee } from '../ports.ts';
import type { RunningSlots } from './running-slots.ts';

/** Whose slots they are: a part of those that one owner's jobs have in a lane. */
export interface SlotsName extends Addressee {
  readonly part: number;
}

/** An owner's slots when they were read. `version` is for optimistic locking. */
export interface KeptSlots {
  readonly state: RunningSlots;
  readonly version: number;
}

/** Where it is kept which jobs of an owner run. Every read is strongly consistent; a store that can't answer throws. */
export interface SlotStore {
  /** If it was never written, or was deleted, no slot is held. */
  read(slots: SlotsName): Promise<KeptSlots>;
  /** Writes the next state by compare-and-swap: false if there was a write since `seen`. */
  write(slots: SlotsName, seen: KeptSlots, next: RunningSlots): Promise<boolean>;
}
