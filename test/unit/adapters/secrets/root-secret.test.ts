import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { createRootSecret } from '../../../../lambda/adapters/secrets/root-secret.ts';
import { awsError, type ScriptedAnswer, scriptedAws } from '../../../support/scripted-aws.ts';

const secret = (SecretString: string): ScriptedAnswer => ({ body: { SecretString } });
const generated = 'x'.repeat(64);

function setUp(first: ScriptedAnswer) {
  const asked: unknown[] = [];
  const store = { answer: first };
  const client = new SecretsManagerClient(
    scriptedAws((_, body) => {
      asked.push(body);
      return store.answer;
    }),
  );
  return { root: createRootSecret(client, { secretId: 'arn:secret' }), asked, store };
}

const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');

describe('createRootSecret', () => {
  it('gives each purpose a key of its own, the same from every container', async () => {
    const [one, other] = [setUp(secret(generated)).root, setUp(secret(generated)).root];
    const links = await one.keyFor('link-signing');
    expect(links).toHaveLength(32);
    expect(hex(await other.keyFor('link-signing'))).toBe(hex(links));
    expect(hex(await one.keyFor('job-ids'))).not.toBe(hex(links));
    const stranger = setUp(secret('y'.repeat(64))).root;
    expect(hex(await stranger.keyFor('link-signing'))).not.toBe(hex(links));
  });

  it('never changes the key that a secret gives, for links and ids outlive a release', async () => {
    const { root } = setUp(secret(generated));
    expect(hex(await root.keyFor('link-signing'))).toBe(
      'fad65eb6e60acd7b9553f1cb8c1d09ed15f295379e7d440943c160e33fcaa19d',
    );
    expect(hex(await root.keyFor('job-ids'))).toBe('79ed6b09a3f0e694cf4d1c845da34ff5b4ba6bd9f64defecf89c5417caaf9111');
  });

  it('reads the secret once, also for callers that come at the same time', async () => {
    const { root, asked } = setUp(secret(generated));
    await Promise.all([root.keyFor('link-signing'), root.keyFor('job-ids'), root.keyFor('job-ids')]);
    await root.keyFor('job-ids');
    expect(asked).toEqual([{ SecretId: 'arn:secret' }]);
  });

  it('tries again after a failure', async () => {
    const { root, store } = setUp(awsError('InternalServiceError', 500));
    await expect(root.keyFor('job-ids')).rejects.toMatchObject({ name: 'InternalServiceError' });
    store.answer = secret(generated);
    expect(await root.keyFor('job-ids')).toHaveLength(32);
  });

  it('refuses a secret too short to have been generated', async () => {
    const { root } = setUp(secret('changeme'));
    await expect(root.keyFor('job-ids')).rejects.toThrow('at least 32 characters');
  });
});
