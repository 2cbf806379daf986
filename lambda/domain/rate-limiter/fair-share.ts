/**
 * Fair share: slots go round-robin between the owners that wait, so that an owner with five hundred jobs in line delays
 * another's single one by a slot and not by five hundred. The times of an owner, and no list of jobs, are all that is kept.
 */

/** What the gate knows of one owner. Times are epoch milliseconds. */
export interface Turn {
  /** When a job of its was last let through; 0 for never. */
  readonly lastAt: number;
  /** Since when jobs of its have been waiting; 0 where none waits. */
  readonly since: number;
  /** When the last of its waiting jobs is due; 0 if none waits. */
  readonly until: number;
}

export type Turns = Readonly<Record<string, Turn>>;

/** Owners that are remembered. One beyond them is let through whenever it meets a free slot. */
export const maxOwners = 64;

/** How much later than scheduled a job may come: a wake-up travels by a queue. */
const lateMilliseconds = 5000;

const isWaiting = ({ until }: Turn, now: number): boolean => until > now - lateMilliseconds;

/** An owner's position in the queue of those that wait. */
export interface QueuePosition {
  readonly turn: Turn;
  /** How long it takes until each of the owners has had a slot. */
  readonly roundMilliseconds: number;
  /** Not before this is it the owner's turn. It is always its turn while no other owner waits. */
  readonly turnAt: number;
  /** How many others have their turn before it. */
  readonly ahead: number;
}

/** An owner's next turn is as many intervals after its last as there are owners waiting; one that joins them is the last of those that are due. */
export function queuePositionOf(turns: Turns, owner: string, intervalMilliseconds: number, now: number): QueuePosition {
  const others = Object.entries(turns).filter(([name, turn]) => name !== owner && isWaiting(turn, now));
  const roundMilliseconds = (others.length + 1) * intervalMilliseconds;
  const kept = turns[owner] ?? { lastAt: 0, since: 0, until: 0 };
  const turn: Turn = { ...kept, since: isWaiting(kept, now) ? kept.since : now };
  const dueAt = ({ lastAt, since }: Turn) => Math.max(lastAt + roundMilliseconds, since);
  const isAhead = ([name, other]: readonly [string, Turn]) =>
    dueAt(other) < dueAt(turn) || (dueAt(other) === dueAt(turn) && name < owner);
  const turnAt = others.length === 0 ? 0 : turn.lastAt + roundMilliseconds;
  return { turn, roundMilliseconds, turnAt, ahead: others.filter(isAhead).length };
}

/** The turns with this one, without those that nothing hangs on any more: who doesn't wait, and had its last turn before `since`. */
export function withTurn(turns: Turns, owner: string, turn: Turn, since: number, now: number): Turns {
  const others = Object.entries(turns)
    .filter(([name, other]) => name !== owner && (isWaiting(other, now) || other.lastAt > since))
    .toSorted(([, one], [, other]) => latest(other) - latest(one))
    .slice(0, maxOwners - 1);
  return Object.fromEntries([...others, [owner, turn]]);
}

const latest = ({ lastAt, until }: Turn): number => Math.max(lastAt, until);
