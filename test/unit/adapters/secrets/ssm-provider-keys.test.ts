import { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { digestOfKey } from '../../../../lambda/adapters/secrets/key-pool.ts';
import { createSsmProviderKeys } from '../../../../lambda/adapters/secrets/ssm-provider-keys.ts';
import type { ProviderKeys } from '../../../../lambda/domain/ports.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { awsError, type ScriptedAnswer, scriptedAws } from '../../../support/scripted-aws.ts';

const parameter = (Value: string): ScriptedAnswer => ({ body: { Parameter: { Value } } });

/** Keys whose parameter the test may change. */
function setUp(first: ScriptedAnswer, random = () => 0) {
  const clock = createFixedClock();
  const asked: unknown[] = [];
  const stale: unknown[] = [];
  const store = { answer: first };
  const client = new SSMClient(
    scriptedAws((_, body) => {
      asked.push(body);
      return store.answer;
    }),
  );
  const malformed: string[] = [];
  const onMalformed = (provider: string) => malformed.push(provider);
  const needsKey = (provider: string) => provider !== 'by-role';
  const onStale = (provider: string, error: unknown) => stale.push([provider, (error as Error).name]);
  const keys = createSsmProviderKeys(client, { path: '/stage/keys', needsKey, clock, random, onStale, onMalformed });
  return { keys, clock, asked, stale, malformed, store };
}

const textsOf = async (keys: ProviderKeys) => (await keys.keysFor('openai')).map(({ apiKey }) => apiKey);

describe('createSsmProviderKeys', () => {
  it("reads the provider's parameter once for five minutes, without the white space around it", async () => {
    const { keys, clock, asked, store } = setUp(parameter(' key-a\n'));
    expect(await textsOf(keys)).toEqual(['key-a']);
    expect(asked).toEqual([{ Name: '/stage/keys/openai', WithDecryption: true }]);
    store.answer = parameter('key-b');
    clock.advance(299);
    expect(await textsOf(keys)).toEqual(['key-a']);
    clock.advance(1);
    expect(await textsOf(keys)).toEqual(['key-b']);
    expect(asked).toHaveLength(2);
  });

  it('reads up to a minute earlier, so that workers that started together do not all read at once', async () => {
    const { keys, clock, asked } = setUp(parameter('key-a'), () => 0.5);
    await textsOf(keys);
    clock.advance(269);
    await textsOf(keys);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await textsOf(keys);
    expect(asked).toHaveLength(2);
  });

  it('shares one read among callers that come at the same time', async () => {
    const { keys, asked } = setUp(parameter('key-a'));
    const all = await Promise.all(Array.from({ length: 10 }, () => textsOf(keys)));
    expect(all).toEqual(Array(10).fill(['key-a']));
    expect(asked).toHaveLength(1);
  });

  it('keeps a key for each provider', async () => {
    const { keys, asked } = setUp(parameter('key'));
    await keys.keysFor('openai');
    await keys.keysFor('bfl');
    expect(asked).toMatchObject([{ Name: '/stage/keys/openai' }, { Name: '/stage/keys/bfl' }]);
  });

  it.each([
    ['there is no parameter', awsError('ParameterNotFound')],
    ['the parameter is blank', parameter('  \n')],
  ])('fails as an auth failure that names no parameter where %s', async (_, answer) => {
    const { keys } = setUp(answer);
    const failure = await keys.keysFor('openai').catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ProviderFailure', kind: 'auth', billed: 'no' });
    expect((failure as Error).message).toBe('No credential is stored for the provider openai.');
  });

  it('throws a fault of the store as what it is where no key is known', async () => {
    const { keys, stale } = setUp(awsError('AccessDeniedException'));
    await expect(keys.keysFor('openai')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(stale).toEqual([]);
  });

  it('goes on with the old key through an outage, says so, and tries again every half minute', async () => {
    const { keys, clock, asked, stale, store } = setUp(parameter('key-a'));
    await keys.keysFor('openai');
    store.answer = awsError('InternalServerError', 500);
    clock.advance(300);
    expect(await textsOf(keys)).toEqual(['key-a']);
    expect(await textsOf(keys)).toEqual(['key-a']);
    expect(stale).toEqual([['openai', 'InternalServerError']]);
    expect(asked).toHaveLength(2);
    store.answer = parameter('key-b');
    clock.advance(30);
    expect(await textsOf(keys)).toEqual(['key-b']);
  });

  it('uses no key any more that has been taken away', async () => {
    const { keys, clock, store } = setUp(parameter('key-a'));
    await keys.keysFor('openai');
    store.answer = awsError('ParameterNotFound');
    clock.advance(300);
    await expect(keys.keysFor('openai')).rejects.toMatchObject({ kind: 'auth' });
  });

  it('gives the keys of a pool with their weights, each under a short digest', async () => {
    const { keys } = setUp(parameter('[{"key":"key-a","weight":2},{"key":"key-b"}]'));
    expect(await keys.keysFor('openai')).toEqual([
      { apiKey: 'key-a', weight: 2, digest: digestOfKey('key-a') },
      { apiKey: 'key-b', weight: 1, digest: digestOfKey('key-b') },
    ]);
  });

  it('fails as an auth failure where the pool is broken, says so without its text, and reads it again soon', async () => {
    const { keys, clock, malformed, store } = setUp(parameter('[{"key":"key-a",}]'));
    const failure = await keys.keysFor('openai').catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ProviderFailure', kind: 'auth' });
    expect((failure as Error).message).not.toContain('key-a');
    expect(malformed).toEqual(['openai']);
    store.answer = parameter('[{"key":"key-a"}]');
    clock.advance(30);
    expect(await textsOf(keys)).toEqual(['key-a']);
  });

  it('reads nothing for a provider that needs no key, and gives an empty one', async () => {
    const { keys, asked } = setUp(parameter('key-a'));
    expect(await keys.keysFor('by-role')).toEqual([{ apiKey: '', weight: 1, digest: digestOfKey('') }]);
    expect(await keys.renewed('by-role', digestOfKey(''))).toMatchObject([{ apiKey: '' }]);
    expect(asked).toEqual([]);
  });

  describe('renewed', () => {
    it('reads the key anew, and gives the new one from then on', async () => {
      const { keys, asked, store } = setUp(parameter('key-a'));
      await keys.keysFor('openai');
      expect(await keys.renewed('openai', digestOfKey('key-a'))).toMatchObject([{ apiKey: 'key-a' }]);
      store.answer = parameter('key-b');
      expect(await keys.renewed('openai', digestOfKey('key-a'))).toMatchObject([{ apiKey: 'key-b' }]);
      expect(await textsOf(keys)).toEqual(['key-b']);
      expect(asked).toHaveLength(3);
    });

    it('reads nothing where another caller has found a new key already', async () => {
      const { keys, asked } = setUp(parameter('key-b'));
      await keys.keysFor('openai');
      expect(await keys.renewed('openai', digestOfKey('key-a'))).toMatchObject([{ apiKey: 'key-b' }]);
      expect(asked).toHaveLength(1);
    });

    it('finds no other key where the store is out of reach or has none', async () => {
      const { keys, stale, store } = setUp(parameter('key-a'));
      await keys.keysFor('openai');
      store.answer = awsError('InternalServerError', 500);
      expect(await keys.renewed('openai', digestOfKey('key-a'))).toMatchObject([{ apiKey: 'key-a' }]);
      expect(stale).toHaveLength(1);
      store.answer = awsError('ParameterNotFound');
      expect(await keys.renewed('openai', digestOfKey('key-a'))).toEqual([]);
    });
  });
});
