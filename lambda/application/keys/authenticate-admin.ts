import { GatewayError } from '../../domain/error-code.ts';
import type { Caller, Credential } from '../../domain/keys/caller.ts';
import { type AuthenticateDependencies, authenticate } from '../serve/authenticate.ts';

export interface AuthenticateAdminDependencies {
  readonly authentication: AuthenticateDependencies;
  /** Whether the stage takes tokens. Without them there are no admins. */
  readonly takesTokens: boolean;
}

/**
 * Tells which admin calls. Throws what `authenticate` throws, and GatewayError `admin_required` for a virtual key; each refusal says
 * what would let an admin in, or that the stage lets none in.
 */
export async function authenticateAdmin(
  { authentication, takesTokens }: AuthenticateAdminDependencies,
  credential: Credential,
): Promise<Caller> {
  const { kind } = credential;
  const isUnknown = kind === 'none' || kind === 'other' || (kind === 'misplaced_token' && !takesTokens);
  if (isUnknown) throw new GatewayError('virtual_key_required', takesTokens ? tokenRequired : noAdmins);
  if (kind === 'token' && !takesTokens) throw new GatewayError('invalid_token', noAdmins);
  const caller = await authenticate(authentication, credential);
  if (!caller.isAdmin) throw new GatewayError('admin_required', takesTokens ? notByKey : noAdmins);
  return caller;
}

const tokenRequired = "This route requires an admin's token: send it as `Authorization: Bearer eyJ…`.";

const notByKey =
  "Only an admin's token may manage virtual keys: send it as `Authorization: Bearer eyJ…`, and no virtual key beside it.";

const noAdmins =
  'This stage accepts no tokens, so it has no admins by HTTP. Manage its virtual keys with `npm run keys`.';
