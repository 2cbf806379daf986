import { GatewayError } from '../../domain/error-code.ts';
import type { Clock } from '../../domain/ports.ts';
import { createReadPause } from './read-pause.ts';

/**
 * Cache with expiry and stale-if-error (RFC 5861): a value with an external source that may change at any time, such as
 * an issuer's keys.
 */
export interface RenewedValue<Value> {
  /**
   * What `pick` finds in the value. On a miss, the value is read again, so that the first caller who needs a change
   * gets it; reads that stay misses are spaced by exponential backoff. Undefined where the value doesn't have it.
   * Throws GatewayError `unavailable` where that is unknown, since the value could not be read.
   */
  find<Found>(pick: (value: Value) => Promise<Found | undefined>): Promise<Found | undefined>;
}

export interface RenewedValueSettings<Value> {
  /** Reads the value, within a timeout of its own. */
  readonly read: () => Promise<Value>;
  readonly clock: Clock;
  /** How long a value is fresh, and used without being read again. */
  readonly freshSeconds: number;
  /** How much longer a stale value is used where it can't be read again. */
  readonly staleSeconds: number;
  /** The error message for callers where the value can't be read. */
  readonly unavailable: string;
  /** Called on each failed read, with whether a stale value stays in use: worth a log line. */
  readonly onFailure: (error: unknown, isStaleUsed: boolean) => void;
}

/** Reads are numbered from 1 on; `failed` is that of the last one that has ended. */
interface LastReading {
  readonly number: number;
  readonly failed: boolean;
}

/** Keeps a value in memory. Concurrent callers share one read in flight (single-flight). */
export function createRenewedValue<Value>(settings: RenewedValueSettings<Value>): RenewedValue<Value> {
  const { clock, freshSeconds, staleSeconds } = settings;
  const pause = createReadPause(clock);
  let known: { readonly value: Value; readonly readAt: number } | undefined;
  let underWay: Promise<void> | undefined;
  let begun = 0;
  let last: LastReading = { number: 0, failed: false };
  let judged = { number: 0, inVain: false };

  const knownWithin = (seconds: number): Value | undefined =>
    known && clock.now() < known.readAt + seconds * 1000 ? known.value : undefined;
  const knownStale = (): Value | undefined => knownWithin(freshSeconds + staleSeconds);

  async function read(): Promise<void> {
    begun += 1;
    const number = begun;
    const readAt = clock.now();
    try {
      known = { value: await settings.read(), readAt };
      last = { number, failed: false };
    } catch (error) {
      last = { number, failed: true };
      pause.lengthen();
      settings.onFailure(error, knownStale() !== undefined);
    }
  }

  function sharedRead(): Promise<void> {
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  const mayRead = (): boolean => underWay !== undefined || pause.secondsLeft() === 0;

  /** A read that found what any caller needed was not in vain, whatever other callers missed in it. */
  function judge(number: number, inVain: boolean): void {
    if (judged.number >= number && (inVain || !judged.inVain)) return;
    judged = { number, inVain };
    if (inVain) pause.lengthen();
    else pause.reset();
  }

  return {
    async find(pick) {
      // A read that began earlier may predate the value that is needed.
      const before = begun;
      if (knownWithin(freshSeconds) === undefined && mayRead()) await sharedRead();
      for (;;) {
        const looked = last;
        const value = knownStale();
        const found = value === undefined ? undefined : await pick(value);
        const isNew = looked.number > before;
        if (isNew && !looked.failed) judge(looked.number, found === undefined);
        if (found !== undefined) return found;
        const isLast = looked.number === last.number;
        if (isLast && (isNew || !mayRead())) {
          if (looked.failed || value === undefined) throw unavailable(settings.unavailable, pause.secondsLeft());
          return undefined;
        }
        if (isLast) await sharedRead();
      }
    },
  };
}

const unavailable = (message: string, seconds: number): GatewayError =>
  new GatewayError('unavailable', message, { retryAfterSeconds: Math.max(1, Math.ceil(seconds)) });
