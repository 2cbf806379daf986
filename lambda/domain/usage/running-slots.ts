/** One job's slot in its owner's bulkhead: which claim holds it, since when, and until when at most. Times are epoch milliseconds. */
export type HeldSlot = readonly [claim: number, since: number, until: number];

/** What is known of an owner's running jobs: plain JSON, bounded by the number of slots. Times are epoch milliseconds. */
export interface RunningSlots {
  /** By the start of the job's id. One whose time is over is free: its worker was lost. */
  readonly held: Readonly<Record<string, HeldSlot>>;
  /** How long jobs have held their slots of late; 0 where none has given one back yet. */
  readonly meanMilliseconds: number;
  /** When the last of those that wait is due. */
  readonly lineUntil: number;
}

/** The slots of an unknown owner. */
export const noSlotsHeld: RunningSlots = { held: {}, meanMilliseconds: 0, lineUntil: 0 };

/** A job about to be worked on. */
export interface SlotRequest {
  readonly jobId: string;
  readonly claim: number;
  /** When its worker has ended for sure (epoch ms). */
  readonly until: number;
  readonly maxSlots: number;
  /** How long a job takes, until it has been measured. */
  readonly typicalMilliseconds: number;
  /** 0 to 1, for jitter. */
  readonly random: number;
}

/** Go on, or come back then; and what is known after that, the very same object where there is nothing to keep. */
export type SlotAnswer =
  | { readonly granted: true; readonly state: RunningSlots }
  | { readonly granted: false; readonly comeAt: number; readonly state: RunningSlots };

/** A job further back in the queue asks again after this at the latest, and holds no place. */
const maxWaitMilliseconds = 300_000;

/** Slots of one item: so many are small, and written seldom enough. */
const maxSlotsOfPart = 32;

/** An id's first characters tell an owner's few running jobs apart. */
const keyOf = (jobId: string): string => jobId.slice(0, 13);

/**
 * Takes a slot, or a place in line. Places come as fast as slots are released, so that each job that comes to its place
 * most likely finds a slot, and a backlog of thousands costs a look-in each some minutes.
 */
export function takeSlot(state: RunningSlots, request: SlotRequest, now: number): SlotAnswer {
  const key = keyOf(request.jobId);
  const running = Object.entries(state.held).filter(([name, [, , until]]) => name !== key && until > now);
  if (running.length < request.maxSlots) {
    const slot: HeldSlot = [request.claim, now, request.until];
    return { granted: true, state: { ...state, held: { ...Object.fromEntries(running), [key]: slot } } };
  }
  const interval = Math.max(1000, state.meanMilliseconds || request.typicalMilliseconds) / request.maxSlots;
  const placeAt = Math.max(state.lineUntil, now + 1000) + interval;
  if (placeAt > now + maxWaitMilliseconds) {
    return { granted: false, comeAt: now + maxWaitMilliseconds * (1 - request.random / 4), state };
  }
  return { granted: false, comeAt: placeAt, state: { ...state, lineUntil: placeAt } };
}

/** The part of what was measured that the latest job counts for. */
const latestShare = 0.2;

/** Gives a job's slot back, unless a later claim of the same job holds it by now. */
export function releaseSlot(state: RunningSlots, jobId: string, claim: number, now: number): RunningSlots {
  const key = keyOf(jobId);
  const slot = state.held[key];
  if (slot === undefined || slot[0] !== claim) return state;
  const { [key]: _, ...held } = state.held;
  const took = now - slot[1];
  const mean = state.meanMilliseconds;
  return { ...state, held, meanMilliseconds: Math.round(mean === 0 ? took : mean + latestShare * (took - mean)) };
}

/** Where a job may look for a slot: the number of a part of its owner's slots, and how many it has. */
export interface SlotPart {
  readonly part: number;
  readonly maxSlots: number;
}

/** An owner's slots in parts that are items of their own; a job looks into two of them, told by its id, or into the only one. */
export function slotPartsFor(jobId: string, maxSlots: number): readonly SlotPart[] {
  const count = Math.ceil(maxSlots / maxSlotsOfPart);
  const sizeOf = (part: number) => Math.floor(maxSlots / count) + (part < maxSlots % count ? 1 : 0);
  const digits = Number.parseInt(jobId.replaceAll('-', '').slice(0, 8), 16) || 0;
  const first = digits % count;
  const parts = count === 1 ? [0] : [first, (first + 1 + (Math.floor(digits / count) % (count - 1))) % count];
  return parts.map((part) => ({ part, maxSlots: sizeOf(part) }));
}
