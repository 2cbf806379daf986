import type { JsonObject } from '../../domain/generation.ts';
import { credentialHeaders, virtualKeyPrefix } from '../headers.ts';
import type { Route } from '../route.ts';

type CredentialHeader = (typeof credentialHeaders)[number];

const inHeader = (name: CredentialHeader): JsonObject => ({
  type: 'apiKey',
  in: 'header',
  name,
  description: `A virtual key, \`${virtualKeyPrefix}…\`.`,
});

/** One scheme for each header that may carry a virtual key. Tokens are bearer tokens only. */
export const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: `A virtual key, \`${virtualKeyPrefix}…\`, or, on a stage with tokens, a JSON Web Token (RFC 7519) from its issuer. One claim of a token names a virtual key, another makes its bearer an admin. The synchronous routes, on a stage that passes them through, also accept the provider's own key here, beside a virtual key in another header.`,
  },
  ...Object.fromEntries(
    credentialHeaders.filter((name) => name !== 'authorization').map((name) => [name, inHeader(name)]),
  ),
} as JsonObject;

/** The schemes of a route, any one of which is enough. Admins have bearer tokens only. */
export function securityRequirements({ credential, forAdmins }: Pick<Route, 'credential' | 'forAdmins'>): JsonObject[] {
  if (!credential) return [];
  return (forAdmins ? ['bearer'] : Object.keys(securitySchemes)).map((name) => ({ [name]: [] }));
}
