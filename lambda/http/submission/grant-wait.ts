import type { GrantedWait } from '../../domain/usage/granted-wait.ts';

/** What a function keeps of its time for the answer after a wait: images to be read and written, and a store that tries again. */
const answerSeconds = 6;

/** What is known of a request whose answer may be held back. Times are epoch milliseconds. */
export interface WaitRequest {
  /** When the function was called: whatever was done since counts. */
  readonly arrivedAt: number;
  readonly now: number;
  /** What is left of the function's time. */
  readonly remainingMilliseconds: number;
  readonly askedSeconds: number;
  /** The most that this route of this stage grants. */
  readonly maxSeconds: number;
}

/**
 * Until when an answer is held back, counted from the request's arrival, in whole seconds: as long as was asked and is
 * granted, or as the function's time allows, whichever is less. 0 seconds where there is no time at all.
 */
export function grantWait(request: WaitRequest): GrantedWait {
  const { arrivedAt, now, remainingMilliseconds, askedSeconds, maxSeconds } = request;
  const passedSeconds = (now - arrivedAt) / 1000;
  const leftSeconds = passedSeconds + remainingMilliseconds / 1000 - answerSeconds;
  const seconds = Math.floor(Math.min(askedSeconds, maxSeconds, leftSeconds));
  // A wait that is over before it could begin was none.
  const grantedSeconds = seconds > passedSeconds ? seconds : 0;
  const functionEndsAt = now + remainingMilliseconds;
  return { until: arrivedAt + grantedSeconds * 1000, grantedSeconds, functionEndsAt };
}
