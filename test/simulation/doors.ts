import { between, drawsFrom, mix, pick } from './draws.ts';

/** The ways into the gateway: a job to be asked after, or its outcome in the answer. */
export type DoorName = 'asynchronous' | 'synchronous';

/** What a stage allows at its synchronous door. */
export interface StageDoors {
  /** Within how many seconds a synchronous request is answered. */
  readonly synchronousSeconds: number;
  /** How many synchronous requests of one owner there may be at a time. */
  readonly maxSynchronous: number;
  /** Which part of the clients comes by that door first. */
  readonly synchronousShare: number;
}

/** By which doors one client comes, and how patient it is there. */
export interface ClientDoors {
  /** The door of its submission, and of each time that it sends the same again. */
  readonly doors: readonly DoorName[];
  /** Hangs up on a synchronous request so many seconds after it was made; undefined for one that doesn't. */
  readonly hangsUpAfter: number | undefined;
  /** Sends the same request again where it was told that its job goes on, and has a key; else it asks after the job. */
  readonly asksAgain: boolean;
  /** Brings a key of its own for its vendor, to the synchronous door. */
  readonly bringsKey: boolean;
}

/** Drawn apart, so that all else is as without. */
export function stageDoors(seed: number): StageDoors {
  const draw = drawsFrom(mix(seed, 0x5d002));
  return {
    synchronousShare: draw() < 0.25 ? 0.4 : 0.15,
    synchronousSeconds: pick(draw, [
      [1, 20],
      [2, 60],
      [1, 270],
    ]),
    maxSynchronous: draw() < 0.3 ? Math.ceil(between(draw, 0, 4)) : 50,
  };
}

/** How often a client sends the same again, at the most. */
export const maxSendings = 2;

/** Of a client by its number. */
export function clientDoors(seed: number, number: number, stage: StageDoors): ClientDoors {
  const draw = drawsFrom(mix(seed, 0xd002, number));
  const isSynchronous = draw() < stage.synchronousShare;
  const again = (): DoorName => (draw() < (isSynchronous ? 0.5 : 0.2) ? 'synchronous' : 'asynchronous');
  return {
    hangsUpAfter: draw() < 0.15 ? between(draw, 0, 90) : undefined,
    asksAgain: draw() < 0.5,
    doors: [isSynchronous ? 'synchronous' : 'asynchronous', ...Array.from({ length: maxSendings }, again)],
    bringsKey: draw() < 0.3,
  };
}

/** The key that a request brings for its vendor, by the number of its invocation. */
export const keyOfRequest = (invocation: number): string => `own-key-${invocation}`;
