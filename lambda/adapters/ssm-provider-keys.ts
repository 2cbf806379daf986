import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { ProviderFailure } from '../domain/failure.ts';
import type { Clock, ProviderKeys } from '../domain/ports.ts';

export interface SsmProviderKeysSettings {
  /** Each provider's credential is the SecureString parameter `{path}/{provider}`. No slash at the end. */
  readonly path: string;
  readonly clock: Clock;
  /** Told when a key couldn't be read anew and the one known before goes on being used: worth a log line. */
  readonly onStale: (provider: string, error: unknown) => void;
}

const freshSeconds = 300;

/** After a failed refresh the old key serves this long before the next try, so that an outage isn't hammered. */
const retrySeconds = 30;

interface KnownKey {
  readonly key: string;
  readonly freshUntil: number;
}

/** The stage's provider credentials from SSM: read when first needed, kept for five minutes, and longer if SSM is down. */
export function createSsmProviderKeys(client: SSMClient, settings: SsmProviderKeysSettings): ProviderKeys {
  const { path, clock, onStale } = settings;
  const known = new Map<string, KnownKey>();
  const underWay = new Map<string, Promise<string | undefined>>();

  /** The key as it stands in the store; the old one, with a word to `onStale`, where the store doesn't answer. */
  async function refresh(provider: string): Promise<string | undefined> {
    try {
      const key = await readKey(client, `${path}/${provider}`);
      if (key === undefined) known.delete(provider);
      else known.set(provider, { key, freshUntil: clock.now() + freshSeconds * 1000 });
      return key;
    } catch (error) {
      const old = known.get(provider);
      if (!old) throw error;
      known.set(provider, { key: old.key, freshUntil: clock.now() + retrySeconds * 1000 });
      onStale(provider, error);
      return old.key;
    }
  }

  function sharedRefresh(provider: string): Promise<string | undefined> {
    const running = underWay.get(provider);
    if (running) return running;
    const started = refresh(provider).finally(() => underWay.delete(provider));
    underWay.set(provider, started);
    return started;
  }

  return {
    async keyFor(provider) {
      const kept = known.get(provider);
      const key = kept && clock.now() < kept.freshUntil ? kept.key : await sharedRefresh(provider);
      if (key === undefined) throw new ProviderFailure('auth', `No credential is kept for the provider ${provider}.`);
      return key;
    },
    async renewed(provider, refused) {
      const kept = known.get(provider);
      if (kept && kept.key !== refused) return true;
      const key = await sharedRefresh(provider);
      return key !== undefined && key !== refused;
    },
  };
}

/** The parameter's text without the white space that a paste leaves around it; undefined where there is none. */
async function readKey(client: SSMClient, name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return Parameter?.Value?.trim() || undefined;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
