import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { TokenVerifier } from '../../domain/keys/token-verifier.ts';
import type { Clock } from '../../domain/ports.ts';
import { bearerOf, type ClaimSettings, clockToleranceSeconds, demandCurrent, invalidToken } from './token-claims.ts';
import type { TokenKeys } from './token-keys.ts';
import { notAToken, refusalOf } from './token-refusals.ts';

/** API Gateway takes 10,240 bytes of headers in all. */
const maxTokenCharacters = 8192;

/**
 * Verifies JSON Web Tokens (RFC 7519, RFC 8725): issued for this stage, valid now, and signed by one of the keys with
 * an allowed algorithm. A token's claims are checked first, and are trusted only once the signature is verified.
 */
export function createTokenVerifier(
  settings: ClaimSettings,
  { algorithms, keys }: TokenKeys,
  clock: Clock,
): TokenVerifier {
  async function proved(token: string, now: number): Promise<JWTPayload> {
    const options = {
      algorithms: [...algorithms],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(now),
    };
    let miss: unknown;
    const claims = await keys.find(async (keyFor) => {
      try {
        return await verify(token, keyFor, options);
      } catch (error) {
        if (!isMiss(error)) throw refusalOf(error);
        miss = error;
        return undefined;
      }
    });
    if (claims === undefined) throw refusalOf(miss);
    return claims;
  }

  return {
    async verify(token) {
      if (token.length > maxTokenCharacters) {
        throw invalidToken(`This token is longer than ${maxTokenCharacters} characters: send one with fewer claims.`);
      }
      const now = clock.now();
      const { alg, claims } = parsed(token);
      if (!algorithms.some((allowed) => allowed === alg)) {
        throw invalidToken(
          `The algorithm of this token's signature is not accepted: send one signed by ${algorithms.join(', ')}.`,
        );
      }
      demandCurrent(claims, settings, now);
      return bearerOf(await proved(token, now), settings);
    },
  };
}

function parsed(token: string): { readonly alg: unknown; readonly claims: JWTPayload } {
  try {
    return { alg: decodeProtectedHeader(token).alg, claims: decodeJwt(token) };
  } catch (error) {
    throw notAToken(error);
  }
}

type VerifyOptions = NonNullable<Parameters<typeof jwtVerify>[2]>;

/**
 * The claims of a token, once its signature has been proved. A token that names no key may have been signed by any that
 * fits.
 */
async function verify(token: string, keyFor: JWTVerifyGetKey, options: VerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keyFor, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const payload = await jwtVerify(token, key, options).then(
        (verified) => verified.payload,
        (other: unknown) => {
          if (!(other instanceof errors.JWSSignatureVerificationFailed)) throw other;
        },
      );
      if (payload) return payload;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/**
 * Whether other keys might prove the token: its key isn't among these, or has been replaced by one of the same name.
 */
const isMiss = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
