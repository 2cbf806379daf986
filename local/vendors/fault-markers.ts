import type { Fault } from './fault-order.ts';

/** A fault that is requested by a marker in a prompt. */
export interface MarkedFault {
  /** As written, e.g. `[fail:500x2]`. */
  readonly marker: string;
  readonly fault: Fault;
  /** How many requests with this prompt it strikes; undefined is all of them. */
  readonly times?: number;
}

const named: Readonly<Record<string, Fault>> = {
  refuse: { kind: 'refuse' },
  cut: { kind: 'cut_before_answer' },
  cut_before_answer: { kind: 'cut_before_answer' },
  cut_body: { kind: 'cut_body' },
  hang: { kind: 'hang' },
  html: { kind: 'html_200' },
  html_200: { kind: 'html_200' },
  truncated: { kind: 'truncated_json' },
  truncated_json: { kind: 'truncated_json' },
  empty: { kind: 'empty_data' },
  empty_data: { kind: 'empty_data' },
  wrong_image: { kind: 'wrong_image' },
  cut_stream: { kind: 'cut_stream' },
  end_stream: { kind: 'end_stream' },
  error_event: { kind: 'error_event' },
  refuse_event: { kind: 'error_event', code: 'moderation_blocked' },
  limit_event: { kind: 'error_event', code: 'rate_limit_exceeded' },
  quota: { kind: 'status', status: 429, code: 'insufficient_quota' },
};

/**
 * Parses the markers in a prompt: `[fail:500]` (any status from 300 to 599; 429 comes with `Retry-After: 2`),
 * `[fail:refuse]`, `[fail:cut]`, `[fail:hang]` and the other names above, and `[slow:20]` for seconds, which a stream
 * spends between its events. `[fail:cut_stream@2]` sets the number of partial images before a fault of streams. A
 * marker may have a count: `[fail:500x2]` applies to the first two requests with that prompt. Unknown markers are
 * ignored, like any other text in a prompt.
 */
export function markedFaults(prompt: string): readonly MarkedFault[] {
  const found: MarkedFault[] = [];
  for (const match of prompt.matchAll(/\[(fail|slow):([a-z_]+|\d+(?:\.\d+)?)(?:@([0-3]))?(?:x(\d+))?\]/g)) {
    const [marker, word, value = '', partials, times] = match;
    const fault = word === 'slow' ? slowness(value) : late(failure(value), partials);
    if (fault === undefined) continue;
    found.push({ marker, fault, ...(times === undefined ? {} : { times: Number(times) }) });
  }
  return found;
}

function slowness(value: string): Fault | undefined {
  const seconds = Number(value);
  return Number.isFinite(seconds) ? { kind: 'slow', seconds } : undefined;
}

/** With the number of partial images that come before it, where it is a fault that may wait for them. */
function late(fault: Fault | undefined, partials: string | undefined): Fault | undefined {
  if (partials === undefined) return fault;
  const isOfStreams = fault?.kind === 'cut_stream' || fault?.kind === 'end_stream' || fault?.kind === 'error_event';
  return isOfStreams ? { ...fault, afterPartials: Number(partials) } : undefined;
}

function failure(value: string): Fault | undefined {
  const status = Number(value);
  if (!Number.isInteger(status)) return Object.hasOwn(named, value) ? named[value] : undefined;
  if (status < 300 || status > 599) return undefined;
  return { kind: 'status', status, ...(status === 429 ? { retryAfter: 2 } : {}) };
}
