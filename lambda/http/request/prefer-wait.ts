import { headerNames } from '../../contract/headers.ts';
import { limits } from '../../contract/limits.ts';
import type { GrantedWait } from '../../domain/usage/granted-wait.ts';
import type { ApiRequest } from './api-request.ts';

/** An item of a comma-separated list. A comma within quotes is none; an unclosed quote extends to the end. */
const listItem = /(?:"(?:\\.|[^"\\])*(?:"|\\?$)|[^,"])+/g;

/**
 * How long the client lets an answer wait for a job's end: `wait` of its Prefer header (RFC 7240, section 4.3), at most
 * what the gateway grants, and 0 without one. Of a repeated preference the first counts, and one that can't be
 * understood is as good as absent (section 2), so nothing is ever thrown.
 */
export function preferredWaitSeconds({ header }: Pick<ApiRequest, 'header'>): number {
  for (const preference of header(headerNames.prefer)?.match(listItem) ?? []) {
    const [assignment = ''] = preference.split(';');
    const [name = '', ...value] = assignment.split('=');
    if (name.trim().toLowerCase() === 'wait') return secondsIn(value.join('=').trim());
  }
  return 0;
}

/**
 * However many digits there are, they are a number, and more than is granted at worst: the header's length bounds them.
 */
function secondsIn(wait: string): number {
  const seconds = /^(?:(\d+)|"(\d+)")$/.exec(wait);
  return seconds ? Math.min(Number(seconds[1] ?? seconds[2]), limits.waitSeconds) : 0;
}

/**
 * What a function keeps of its time for the answer after a wait: images to be read and written, and a store that tries
 * again.
 */
const answerSeconds = 6;

/** What is known of a request whose answer may be held back. Times are epoch milliseconds. */
export interface WaitRequest {
  /** When the function was invoked: the time since then counts. */
  readonly arrivedAt: number;
  readonly now: number;
  /** What is left of the function's time. */
  readonly remainingMilliseconds: number;
  readonly askedSeconds: number;
  /** The most that this route of this stage grants. */
  readonly maxSeconds: number;
}

/**
 * How long an answer is held back, from the request's arrival, in whole seconds: as long as was requested and is
 * granted, or as the function's timeout allows, whichever is less. 0 seconds where there is no time at all.
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
