import type { PassThrough } from '../../contract/pass-through.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import type { Credential } from '../../domain/keys/caller.ts';
import type { ApiRequest } from './api-request.ts';
import { credentialOf } from './credential.ts';
import { providerKeyOf } from './provider-key.ts';

/** What a synchronous request presents: who calls, and the key that it brings for its model's provider, if any. */
export interface Presented {
  readonly credential: Credential;
  readonly providerKey?: { readonly apiKey: string; readonly providers: readonly string[] };
}

/**
 * The idempotency key of a request under that of its caller. Callers without a virtual key share an owner, so their keys count only
 * beside the provider's key: otherwise one would get another's job. Nothing stored lets the provider's key be guessed, since ids are
 * derived from this with the stage's secret.
 */
export const ownIdempotencyKey = (
  { credential, providerKey }: Presented,
  idempotencyKey: string | undefined,
  sha256: Sha256,
): { readonly idempotencyKey?: string } => {
  if (idempotencyKey === undefined) return {};
  if (credential.kind !== 'named_key' || providerKey === undefined) return { idempotencyKey };
  return { idempotencyKey: sha256(`${providerKey.apiKey}\n${idempotencyKey}`) };
};

/**
 * Reads the credentials of a synchronous request. Where the stage passes providers' keys through, a bearer that is neither a
 * virtual key nor a token is one; elsewhere it is ignored. Throws what `providerKeyOf` throws.
 */
export function presentedBy(
  request: Pick<ApiRequest, 'header'>,
  sha256: Sha256,
  passThrough: PassThrough | 'none',
): Presented {
  const credential = credentialOf(request, sha256);
  const apiKey = passThrough === 'none' ? undefined : providerKeyOf(request);
  if (passThrough === 'none' || apiKey === undefined) return { credential };
  const { providers, owner } = passThrough;
  const alone: Credential = owner === undefined ? { kind: 'provider_key' } : { kind: 'named_key', name: owner };
  return { credential: credential.kind === 'other' ? alone : credential, providerKey: { apiKey, providers } };
}
