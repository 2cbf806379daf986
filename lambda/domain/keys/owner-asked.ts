import { GatewayError } from '../error-code.ts';
import { type Caller, maySee } from './caller.ts';

/**
 * Whose `things` a request is about: its caller's own, or those of the owner that it names. Throws GatewayError
 * `admin_required` where another owner is named by a caller who is no admin.
 */
export function ownerAsked(caller: Pick<Caller, 'owner' | 'isAdmin'>, things: string, named = caller.owner): string {
  if (maySee(caller, named)) return named;
  const message = `Only an admin's token may see the ${things} of another owner. Leave the parameter out.`;
  throw new GatewayError('admin_required', message, { param: 'owner' });
}
