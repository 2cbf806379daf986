import { errors } from 'jose';
import type { GatewayError } from '../../domain/error-code.ts';
import { invalidToken } from './token-claims.ts';

/**
 * The refusal of a token that could not be verified. Verification is pure computation, so any failure is the fault of
 * the token, or of the key that it names.
 */
export function refusalOf(error: unknown): GatewayError {
  if (error instanceof errors.JWKSNoMatchingKey) {
    return invalidToken("The key that signed this token is not among its issuer's keys: send a new token.", error);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return invalidToken('The signature of this token is wrong: send the token as its issuer made it.', error);
  }
  if (error instanceof errors.JOSENotSupported) {
    return invalidToken(
      'This token uses critical extensions (crit) that the gateway does not support: send one without.',
      error,
    );
  }
  if (error instanceof errors.JOSEError) return notAToken(error);
  return invalidToken('The key that signed this token can not be used: send one signed by another key.', error);
}

/** The refusal of what can't be read as a token at all. */
export const notAToken = (cause: unknown): GatewayError =>
  invalidToken('This is not a JSON Web Token: send one as its issuer made it, `Bearer eyJ…`.', cause);
