import { GatewayError } from '../../domain/error-code.ts';
import { adminCaller, type Caller, type Credential } from '../../domain/keys/caller.ts';
import type { KeyStore } from '../../domain/keys/key-store.ts';
import type { TokenVerifier } from '../../domain/keys/token-verifier.ts';
import { standingOf, type VirtualKey } from '../../domain/keys/virtual-key.ts';
import type { Clock } from '../../domain/ports.ts';

export interface AuthenticateDependencies {
  readonly keys: KeyStore;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
}

/**
 * Tells who calls. Throws GatewayError where nothing was presented that the gateway knows, for a key or token that is unknown,
 * and for a key that is blocked or has expired; `unavailable` if the store can't answer now.
 */
export async function authenticate(dependencies: AuthenticateDependencies, credential: Credential): Promise<Caller> {
  const { keys, clock } = dependencies;
  switch (credential.kind) {
    case 'virtual_key': {
      const key = await keys.findByCredential(credential.keyHash);
      if (!key) throw new GatewayError('virtual_key_not_found', 'This virtual key does not exist, or was revoked.');
      return callerOf(key, clock.now());
    }
    case 'token':
      return bearerOf(dependencies, credential.token);
    case 'named_key':
      return callerOf(await keyNamed(keys, credential.name, noOwner), clock.now());
    case 'misplaced_token':
      throw new GatewayError(
        'virtual_key_required',
        `Send a token as \`Authorization: Bearer\`; the header \`${credential.header}\` takes a virtual key, \`sk-bf-…\`.`,
      );
    case 'provider_key':
      throw new GatewayError('virtual_key_required', besideProviderKey);
    case 'other':
      throw new GatewayError('virtual_key_required', `${required} ${ifProviderKey}`);
    case 'none':
      throw new GatewayError('virtual_key_required', required);
  }
}

const required =
  'A virtual key or a token is required: send it as `Authorization: Bearer sk-bf-…`, or a key in the header `x-bf-vk`.';
const ifProviderKey =
  "A provider's own key is accepted only by the synchronous routes, `POST /v1/images/…`, of a stage that passes it to that provider.";
const besideProviderKey =
  "A virtual key is required beside the provider's key in `Authorization`: send it in the header `x-bf-vk`.";
const noOwner = "The virtual key does not exist under which this stage runs requests that bring a provider's key.";

async function keyNamed(keys: KeyStore, idOrName: string, otherwise: string): Promise<VirtualKey> {
  const key = await keys.findNamed(idOrName);
  if (!key) throw new GatewayError('virtual_key_not_found', otherwise);
  return key;
}

async function bearerOf({ keys, tokens, clock }: AuthenticateDependencies, token: string): Promise<Caller> {
  const bearer = await tokens.verify(token);
  if (bearer.isAdmin) return adminCaller(bearer.subject);
  const key = await keyNamed(keys, bearer.virtualKey, 'The virtual key named by this token does not exist.');
  return callerOf(key, clock.now());
}

function callerOf(key: VirtualKey, now: number): Caller {
  switch (standingOf(key, now)) {
    case 'blocked':
      throw new GatewayError('virtual_key_blocked', 'This virtual key is blocked.');
    case 'expired':
      throw new GatewayError('virtual_key_blocked', 'This virtual key has expired.');
    default: {
      const { id, providers, limits, resultTtlSeconds } = key;
      return {
        ...{ owner: id, isAdmin: false, providers, limits },
        ...(resultTtlSeconds === undefined ? {} : { resultTtlSeconds }),
      };
    }
  }
}
