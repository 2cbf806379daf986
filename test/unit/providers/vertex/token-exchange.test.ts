import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { SendRequest } from '../../../../lambda/domain/send-request.ts';
import { askForToken, grantedIn } from '../../../../lambda/providers/vertex/token-exchange.ts';
import { failureOf, type ScriptedAnswer, scriptedNetwork, toldBy } from './google.ts';

const request = {
  url: 'https://oauth2.googleapis.com/token',
  body: new URLSearchParams({ assertion: 'signed.by.us' }),
  secrets: ['signed.by.us'],
};
const ask = (send: SendRequest) => askForToken(send, request, AbortSignal.timeout(60_000));
const failing = (answer: ScriptedAnswer) => failureOf(ask(scriptedNetwork(() => answer).send));

describe('askForToken', () => {
  it.each([
    [400, 'auth'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'auth'],
    [408, 'overloaded'],
    [429, 'overloaded'],
    [500, 'overloaded'],
    [503, 'overloaded'],
    [302, 'overloaded'],
  ])('takes a %i for %s, and for free', async (status, kind) => {
    expect(await failing({ status, body: {} })).toMatchObject({ kind, statusCode: status, billed: 'no' });
  });

  it.each(['unknown_outcome', 'malformed', 'overloaded'] as const)(
    'takes %s of the exchange for overloaded',
    async (kind) => {
      const send: SendRequest = async () => {
        throw new ProviderFailure(kind, 'The connection broke.');
      };
      expect(await failureOf(ask(send))).toMatchObject({ kind: 'overloaded', billed: 'no' });
    },
  );

  it("tells the caller the error's name, and the log what was said of it", async () => {
    const body = { error: 'invalid_grant', error_description: 'Invalid JWT Signature: signed.by.us' };
    const failure = await failing({ status: 400, body });
    expect(failure.message).toBe("The provider refused the gateway's credential (invalid_grant).");
    expect(String(failure.cause)).toBe('Error: Invalid JWT Signature: [removed]');
    expect(toldBy(failure)).not.toContain('signed.by.us');
  });

  it('repeats nothing that is no name', async () => {
    const failure = await failing({ status: 400, body: { error: 'signed.by.us <b>' } });
    expect(failure.message).toBe("The provider refused the gateway's credential.");
    expect(toldBy(failure)).not.toContain('signed.by.us');
  });

  it('passes on how long to wait', async () => {
    const failure = await failing({ status: 503, headers: { 'retry-after': '7' }, body: '<html>' });
    expect(failure.retryAfterSeconds).toBe(7);
  });
});

describe('grantedIn', () => {
  const answered = async (body: unknown) => grantedIn(await ask(scriptedNetwork(() => ({ body })).send));

  it('takes a token without a lifetime for one that is not to be kept', async () => {
    expect(await answered({ access_token: 'ya29.x' })).toEqual({ token: 'ya29.x', lifetimeSeconds: 0 });
  });

  it.each([{}, { access_token: '' }, [], 'no JSON'])('may ask again after %j', async (body) => {
    expect(await failureOf(answered(body))).toMatchObject({ kind: 'overloaded', billed: 'no' });
  });
});
