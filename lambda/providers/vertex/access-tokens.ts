import { ProviderFailure } from '../../domain/failure.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Granted } from './token-exchange.ts';

/** A token for one request. */
export interface AccessToken {
  readonly token: string;
  /** Whether an earlier request has used it: it may have been revoked since, and another would do. */
  readonly isUsed: boolean;
}

export interface AccessTokens {
  /**
   * The token of a credential: the one that is kept, or a new one. Throws what getting it throws, and `overloaded` at
   * the signal.
   */
  tokenFor(credential: string, signal: AbortSignal): Promise<AccessToken>;
  /** Forgets a token that the provider has refused. */
  drop(token: string): void;
}

/** Gets a new token, within the signal. */
export type RequestToken = (credential: string, signal: AbortSignal) => Promise<Granted>;

/** Tokens live for an hour; one is given up before, so that no request goes out with one that ends on its way. */
const marginSeconds = 300;

/** Getting a token takes up to three exchanges of well under a second each. */
const patienceSeconds = 20;

interface KeptToken {
  readonly token: string;
  readonly until: number;
}

/**
 * Caches a token for each credential, in memory. Concurrent callers share one exchange in flight (single-flight), which
 * has a timeout of its own; each waits no longer than its own signal allows.
 */
export function createAccessTokens(request: RequestToken, clock: Clock): AccessTokens {
  const kept = new Map<string, KeptToken>();
  const underWay = new Map<string, Promise<string>>();

  async function renew(credential: string): Promise<string> {
    const { token, lifetimeSeconds } = await request(credential, AbortSignal.timeout(patienceSeconds * 1000));
    const now = clock.now();
    for (const [each, { until }] of kept) if (until <= now) kept.delete(each);
    kept.set(credential, { token, until: now + (lifetimeSeconds - marginSeconds) * 1000 });
    return token;
  }

  function sharedRenewal(credential: string): Promise<string> {
    const running = underWay.get(credential);
    if (running) return running;
    const started = renew(credential).finally(() => underWay.delete(credential));
    underWay.set(credential, started);
    return started;
  }

  return {
    async tokenFor(credential, signal) {
      if (signal.aborted) throw givenUp(signal);
      const known = kept.get(credential);
      if (known && clock.now() < known.until) return { token: known.token, isUsed: true };
      return { token: await within(signal, sharedRenewal(credential)), isUsed: false };
    },
    drop(token) {
      for (const [credential, known] of kept) if (known.token === token) kept.delete(credential);
    },
  };
}

/** The result of `work`, or a rejection as soon as the signal fires; the result of abandoned work is ignored. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(givenUp(signal));
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

const givenUp = ({ reason }: AbortSignal): ProviderFailure =>
  new ProviderFailure('overloaded', 'The provider issued no access token in time.', { cause: reason });
