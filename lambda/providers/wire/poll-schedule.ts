/**
 * Poll schedule with exponential growth: the share of the typical time after which work is polled for the first time.
 */
const firstPollShare = 0.7;
const laterPollShare = 0.15;
const growth = 1.5;
const soonestSeconds = 1;
const latestSeconds = 20;

/**
 * Seconds until the next poll of a ticket: not before the work can be done, then often, then with exponentially growing
 * delays, since work that takes longer than usual may take much longer. `polls` is the number of polls so far.
 */
export function secondsUntilPoll(typicalSeconds: number, polls: number): number {
  if (polls === 0) return Math.max(soonestSeconds, typicalSeconds * firstPollShare);
  // The exponent is bounded, since a ticket may be polled hundreds of times.
  const pause = typicalSeconds * laterPollShare * growth ** Math.min(polls - 1, 20);
  return Math.min(latestSeconds, Math.max(soonestSeconds, pause));
}
