/** The part of the usual time after which work is looked at for the first time. */
const firstPollShare = 0.7;
const laterPollShare = 0.15;
const growth = 1.5;
const soonestSeconds = 1;
const latestSeconds = 20;

/**
 * Seconds until work behind a ticket is looked at: not before it can be done, then often, then ever more seldom, since
 * work that takes longer than usual may take much longer. `looks` is how often it has been looked at.
 */
export function secondsUntilPoll(typicalSeconds: number, polls: number): number {
  if (polls === 0) return Math.max(soonestSeconds, typicalSeconds * firstPollShare);
  // The exponent is bounded, for work may be looked at hundreds of times.
  const pause = typicalSeconds * laterPollShare * growth ** Math.min(polls - 1, 20);
  return Math.min(latestSeconds, Math.max(soonestSeconds, pause));
}
