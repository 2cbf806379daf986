import { beforeEach, describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { createAccessTokens } from '../../../../lambda/providers/vertex/access-tokens.ts';
import type { Granted } from '../../../../lambda/providers/vertex/token-exchange.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { failureOf } from './google.ts';

const clock = createFixedClock();
const signal = AbortSignal.timeout(60_000);
let asked: string[];
let answer: (credential: string, signal: AbortSignal) => Promise<Granted>;

beforeEach(() => {
  asked = [];
  answer = async () => ({ token: `token-${asked.length}`, lifetimeSeconds: 3600 });
});

const create = () =>
  createAccessTokens((credential, within) => {
    asked.push(credential);
    return answer(credential, within);
  }, clock);

describe('createAccessTokens', () => {
  it('keeps a token until five minutes before its end', async () => {
    const tokens = create();
    expect(await tokens.tokenFor('a', signal)).toEqual({ token: 'token-1', isUsed: false });
    clock.advance(3299);
    expect(await tokens.tokenFor('a', signal)).toEqual({ token: 'token-1', isUsed: true });
    clock.advance(1);
    expect(await tokens.tokenFor('a', signal)).toEqual({ token: 'token-2', isUsed: false });
    expect(asked).toHaveLength(2);
  });

  it('keeps none that lives no longer than that', async () => {
    answer = async () => ({ token: 'short', lifetimeSeconds: 300 });
    const tokens = create();
    await tokens.tokenFor('a', signal);
    await tokens.tokenFor('a', signal);
    expect(asked).toHaveLength(2);
  });

  it('keeps one for each credential', async () => {
    const tokens = create();
    const got = [await tokens.tokenFor('a', signal), await tokens.tokenFor('b', signal)];
    expect(got.map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect((await tokens.tokenFor('a', signal)).token).toBe('token-1');
    expect(asked).toEqual(['a', 'b']);
  });

  it('asks once for all who need a token at the same time', async () => {
    const tokens = create();
    const got = await Promise.all(Array.from({ length: 5 }, () => tokens.tokenFor('a', signal)));
    expect(new Set(got.map(({ token }) => token))).toEqual(new Set(['token-1']));
    expect(asked).toHaveLength(1);
  });

  it('asks again after a failure, which all hear of who waited', async () => {
    answer = async () => Promise.reject(new ProviderFailure('overloaded', 'Not now.'));
    const tokens = create();
    const failures = await Promise.all([1, 2].map(() => failureOf(tokens.tokenFor('a', signal))));
    expect(failures.map(({ message }) => message)).toEqual(['Not now.', 'Not now.']);
    answer = async () => ({ token: 'later', lifetimeSeconds: 3600 });
    expect(await tokens.tokenFor('a', signal)).toMatchObject({ token: 'later' });
    expect(asked).toHaveLength(2);
  });

  it('forgets a token that was refused, and no other', async () => {
    const tokens = create();
    await tokens.tokenFor('a', signal);
    await tokens.tokenFor('b', signal);
    tokens.drop('token-1');
    tokens.drop('token-1');
    expect(await tokens.tokenFor('a', signal)).toEqual({ token: 'token-3', isUsed: false });
    expect(await tokens.tokenFor('b', signal)).toEqual({ token: 'token-2', isUsed: true });
  });

  it('lets one go at its signal, for free, and still serves the others', async () => {
    const { promise, resolve } = Promise.withResolvers<Granted>();
    answer = () => promise;
    const tokens = create();
    const impatient = new AbortController();
    const first = failureOf(tokens.tokenFor('a', impatient.signal));
    const second = tokens.tokenFor('a', signal);
    impatient.abort();
    expect(await first).toMatchObject({ kind: 'overloaded', billed: 'no' });
    resolve({ token: 'slow', lifetimeSeconds: 3600 });
    expect(await second).toMatchObject({ token: 'slow' });
    expect(await failureOf(tokens.tokenFor('c', AbortSignal.abort()))).toMatchObject({ kind: 'overloaded' });
    expect(asked).toEqual(['a']);
  });

  it('gives every request for a token an end of its own', async () => {
    let given: AbortSignal | undefined;
    answer = async (_credential, within) => {
      given = within;
      return { token: 'x', lifetimeSeconds: 1 };
    };
    await create().tokenFor('a', signal);
    expect(given).toBeInstanceOf(AbortSignal);
    expect(given).not.toBe(signal);
  });
});
