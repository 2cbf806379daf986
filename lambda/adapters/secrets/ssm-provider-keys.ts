import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { ProviderFailure } from '../../domain/failure.ts';
import type { Clock, ProviderKeys } from '../../domain/ports.ts';
import type { ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import { keysIn, providerKey } from './key-pool.ts';

export interface SsmProviderKeysSettings {
  /** Each provider's credentials are the SecureString parameter `{path}/{provider}`. No slash at the end. */
  readonly path: string;
  /** False for a provider that is called without a key: no parameter is read for it. */
  readonly needsKey: (provider: string) => boolean;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Called when keys couldn't be refreshed and stale ones stay in use: worth a log line. */
  readonly onStale: (provider: string, error: unknown) => void;
  /** Called when a parameter holds neither a key nor a valid pool: worth a log line, without its text. */
  readonly onMalformed: (provider: string) => void;
}

/** Jitter, so that workers that started together don't refresh together: each caches a key for four to five minutes. */
const freshSeconds = 300;
const jitterSeconds = 60;

/** After a failed refresh the old keys serve this long before the next try, so that an outage isn't hammered. */
const retrySeconds = 30;

/** What a parameter held when it was read; `undefined` for a text that is neither a key nor a pool. */
type Kept = readonly ProviderKey[] | undefined;

interface KnownKeys {
  readonly keys: Kept;
  readonly freshUntil: number;
}

/**
 * The stage's provider credentials from SSM: read when first needed, kept for up to five minutes, and longer if SSM is
 * down.
 */
export function createSsmProviderKeys(client: SSMClient, settings: SsmProviderKeysSettings): ProviderKeys {
  const { path, clock, random, needsKey, onStale, onMalformed } = settings;
  const known = new Map<string, KnownKeys>();
  const underWay = new Map<string, Promise<Kept>>();

  const jittered = (): number => freshSeconds - jitterSeconds * random();

  /** The keys currently in the store; where it doesn't answer, the stale ones, reported to `onStale`. */
  async function refresh(provider: string): Promise<Kept> {
    try {
      const text = await readParameter(client, `${path}/${provider}`);
      const keys = text === undefined ? [] : keysIn(text);
      if (keys === undefined) onMalformed(provider);
      if (text === undefined) known.delete(provider);
      else known.set(provider, { keys, freshUntil: clock.now() + (keys ? jittered() : retrySeconds) * 1000 });
      return keys;
    } catch (error) {
      const old = known.get(provider);
      if (!old) throw error;
      known.set(provider, { keys: old.keys, freshUntil: clock.now() + retrySeconds * 1000 });
      onStale(provider, error);
      return old.keys;
    }
  }

  function sharedRefresh(provider: string): Promise<Kept> {
    const running = underWay.get(provider);
    if (running) return running;
    const started = refresh(provider).finally(() => underWay.delete(provider));
    underWay.set(provider, started);
    return started;
  }

  return {
    async keysFor(provider) {
      if (!needsKey(provider)) return [providerKey('')];
      const kept = known.get(provider);
      const keys = kept && clock.now() < kept.freshUntil ? kept.keys : await sharedRefresh(provider);
      if (keys && keys.length > 0) return keys;
      const why = keys ? 'No credential is stored' : 'The stored credential is malformed';
      throw new ProviderFailure('auth', `${why} for the provider ${provider}.`);
    },
    async renewed(provider, refusedDigest) {
      if (!needsKey(provider)) return [providerKey('')];
      const kept = known.get(provider)?.keys ?? [];
      const isKnownStill = kept.some(({ digest }) => digest === refusedDigest);
      return kept.length > 0 && !isKnownStill ? kept : ((await sharedRefresh(provider)) ?? []);
    },
  };
}

/** The parameter's text without the white space that a paste leaves around it; undefined where there is none. */
async function readParameter(client: SSMClient, name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return Parameter?.Value?.trim() || undefined;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
