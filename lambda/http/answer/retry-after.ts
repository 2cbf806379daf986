/**
 * Seconds after which to ask again for an open job: what is left of its model's typical time, from 1 to that time. A job
 * that takes longer than usual is asked for ten times within its typical time, so that slow ones aren't polled each second.
 */
export function retryAfterSeconds(typicalSeconds: number, passedSeconds: number): number {
  const typical = Math.max(1, Math.ceil(typicalSeconds));
  const left = Math.ceil(typical - Math.max(0, passedSeconds));
  return Math.min(typical, Math.max(left, Math.ceil(typical / 10)));
}
