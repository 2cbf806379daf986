import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** An identity provider answers in well under a second. */
const timeoutSeconds = 5;

/** More than 300 keys, of which issuers have two or three. */
const maxBytes = 128 * 1024;

/**
 * Fetches an issuer's public keys: a JSON Web Key Set (JWKS), RFC 7517. Throws where it can't be fetched in five
 * seconds, is too large or is none.
 */
export async function fetchJwks(url: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    // Redirects are not followed: a host that the stage's settings don't name isn't trusted.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  });
  if (answer.status !== 200 || answer.body === null) {
    await answer.body?.cancel();
    throw new Error(`The issuer's keys could not be fetched: it answered ${answer.status}.`);
  }
  // Its form is what this checks.
  return createLocalJWKSet(JSON.parse(await readBounded(answer.body)) as JSONWebKeySet);
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`The issuer's key set is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
