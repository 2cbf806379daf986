import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SignJWT } from 'jose';
import { localClientSettings, outputOf } from '../../bin/local-clients.ts';
import type { TokenSettings } from '../../lambda/contract/token-settings.ts';
import type { VirtualKeyView } from '../../lambda/contract/virtual-key.ts';
import type { LocalStack } from '../../local/start.ts';
import { type Answer, createClient } from './client.ts';

/** Asks the gateway with an admin's token. */
export interface AdminClient {
  /** Asks below the API's root; a body is sent as JSON. */
  ask(method: string, path: string, body?: object): Promise<Answer>;
  /** The same below the route of virtual keys; throws where the answer isn't 200 or 201. */
  keys(method: string, path?: string, body?: object): Promise<VirtualKeyView & { readonly key: string }>;
}

/** A client for a local stack that shares the secret of its tokens. The subject of the token is `ann`. */
export async function createAdminClient(stack: LocalStack): Promise<AdminClient> {
  const settings = JSON.parse(outputOf(stack, 'TokenSettings')) as TokenSettings;
  const secrets = new SecretsManagerClient(localClientSettings(stack, 'SECRETS_MANAGER'));
  const wanted = new GetSecretValueCommand({ SecretId: outputOf(stack, 'TokenSecretArn') });
  const { SecretString = '' } = await secrets.send(wanted).finally(() => secrets.destroy());
  const token = await new SignJWT({ sub: 'ann', [settings.adminClaim.name]: settings.adminClaim.value })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(settings.issuer)
    .setAudience(settings.audience)
    .setExpirationTime('1 hour')
    .sign(new TextEncoder().encode(SecretString));
  const client = createClient(stack.origin, token);
  const ask: AdminClient['ask'] = (method, path, body) =>
    client.ask(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  return {
    ask,
    async keys(method, path = '', body) {
      const answer = await ask(method, `/v1/admin/virtual-keys${path}`, body);
      if (answer.status > 201) throw new Error(`${method} ${path}: ${answer.status} ${answer.bytes.toString()}`);
      return answer.json() as VirtualKeyView & { readonly key: string };
    },
  };
}
