import { GatewayError } from '../../domain/error-code.ts';

/** Throws GatewayError `invalid_value` for an expiry (epoch ms) that is over: such a key could never be used. */
export function checkExpiry(expiresAt: number | null | undefined, now: number): void {
  if (typeof expiresAt !== 'number' || expiresAt > now) return;
  throw new GatewayError('invalid_value', '"expires_at" must be in the future. To stop a key, set `active` to false.', {
    param: 'expires_at',
  });
}

export const nameTaken = (): GatewayError =>
  new GatewayError('invalid_value', 'Another virtual key has this name. Names are unique.', { param: 'name' });
