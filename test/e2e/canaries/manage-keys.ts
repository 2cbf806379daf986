import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { localClientSettings, outputOf } from '../../../bin/local-clients.ts';
import { virtualKeySchema } from '../../../lambda/contract/virtual-key.ts';
import { sharedIssuer } from '../authorization/issuer.ts';
import { made, sent } from './canaries.ts';
import { json, openai } from './canary-caller.ts';
import type { WatchedDarkroom } from './watched-darkroom.ts';

/** With keys that an admin makes, rotates, limits, blocks and deletes, and with tokens for them. */
export async function manageKeys({ ask, stack }: WatchedDarkroom): Promise<void> {
  await readSecrets(stack);
  const issuer = sharedIssuer({ issuer: 'darkroom-local', audience: 'darkroom-local' }, made.tokenSecret);
  made.adminToken = issuer.issue({ sub: 'canary', darkroom_role: 'admin' });
  const manage = async (method: string, behind = '', body?: object) => {
    const path = `/v1/admin/virtual-keys${behind}`;
    const headers = { authorization: `Bearer ${made.adminToken}`, ...json };
    const answer = await ask(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return virtualKeySchema.safeParse(answer.json()).data ?? { id: '', key: '' };
  };
  const submitAs = (credential: string) =>
    ask('/v1/async/images/generations', {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, ...json },
      body: JSON.stringify({ model: openai, prompt: `${sent.prompt} [fail:refuse]` }),
    });
  const limited = { providers: { openai: ['*'] }, rate_limits: [{ requests: 1, period: '1M' }] };
  const { id, key = '' } = await manage('POST', '', { name: 'made', ...limited });
  made.secondKey = key;
  made.keyToken = issuer.issue({ darkroom_key: id });
  for (const credential of [made.secondKey, made.secondKey, made.keyToken, made.adminToken]) await submitAs(credential);
  made.rotatedKey = (await manage('POST', `/${id}/rotate`, { overlap_seconds: 600 })).key ?? '';
  await submitAs(made.rotatedKey);
  await manage('GET', `/${id}`);
  await manage('GET');
  await manage('PATCH', `/${id}`, { active: false });
  await manage('PATCH', `/${id}`, { nobody_knows: made.rotatedKey });
  await manage('POST', '', { name: made.secondKey, active: made.rotatedKey });
  const doomed = await manage('POST', '', { name: 'doomed' });
  await manage('DELETE', `/${doomed.id}?purge=true`);
}

async function readSecrets(stack: WatchedDarkroom['stack']): Promise<void> {
  const secrets = new SecretsManagerClient(localClientSettings(stack, 'SECRETS_MANAGER'));
  const read = async (SecretId: string): Promise<string> =>
    (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
  made.tokenSecret = await read(outputOf(stack, 'TokenSecretArn'));
  made.rootSecret = await read('root-secret');
  secrets.destroy();
}
