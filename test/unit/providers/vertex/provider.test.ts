import { describe, expect, it } from 'vitest';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import type { OutgoingRequest } from '../../../../lambda/domain/send-request.ts';
import { createVertex } from '../../../../lambda/providers/vertex/provider.ts';
import { memoryCall } from '../../../contract/providers/memory-call.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import {
  baseUrl,
  failureOf,
  privatePem,
  type ScriptedAnswer,
  scriptedNetwork,
  serviceAccount,
  toldBy,
} from './google.ts';

const picture = { mimeType: 'image/png', data: Buffer.from(pngBytes(2_000)).toString('base64') };
const made: ScriptedAnswer = {
  body: { candidates: [{ content: { parts: [{ text: 'Here.' }, { inlineData: picture }] }, finishReason: 'STOP' }] },
};
const request: ImageRequest = {
  operation: 'generation',
  model: 'gemini-3-pro-image',
  prompt: 'a kite',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
};
const isForToken = ({ url }: OutgoingRequest) => url === 'https://oauth2.googleapis.com/token';

/** Google, with a new token at each asking and a script for the models. */
function google(model: (bearer: string | undefined) => ScriptedAnswer = () => made) {
  let tokens = 0;
  const network = scriptedNetwork((outgoing) => {
    if (!isForToken(outgoing)) return model(outgoing.headers.authorization?.slice('Bearer '.length));
    tokens += 1;
    return { body: { access_token: `ya29.token-${tokens}`, expires_in: 3599 } };
  });
  const settings = { baseUrl, send: network.send, clock: createFixedClock() };
  const provider = createVertex(settings, { baseUrl, project: 'some-project', location: 'global' });
  const call = () => memoryCall({ apiKey: serviceAccount() });
  return { ...network, call, provider, start: (with_ = call()) => provider.start(request, with_) };
}

const unauthenticated = (message: string): ScriptedAnswer => ({
  status: 401,
  body: { error: { code: 401, message, status: 'UNAUTHENTICATED' } },
});

describe('createVertex', () => {
  it('gets a token, and then makes the one request that is paid', async () => {
    const { sent, start } = google();
    expect(await start()).toMatchObject({ images: [{ image: { bytes: 2_000 } }] });
    expect(sent.map(({ url }) => url)).toEqual([
      'https://oauth2.googleapis.com/token',
      `${baseUrl}/projects/some-project/locations/global/publishers/google/models/gemini-3-pro-image:generateContent`,
    ]);
    expect(sent[1]?.headers.authorization).toBe('Bearer ya29.token-1');
    expect(sent[1]?.headers).not.toHaveProperty('x-goog-api-key');
  });

  it('uses a token for the next requests too', async () => {
    const { sent, start } = google();
    await start();
    await Promise.all([start(), start()]);
    expect(sent.filter(isForToken)).toHaveLength(1);
  });

  it('asks for no image where it gets no token', async () => {
    const network = scriptedNetwork(() => ({ status: 503, body: {} }));
    const provider = createVertex({ baseUrl, send: network.send }, { baseUrl, project: 'p', location: 'global' });
    const failure = await failureOf(provider.start(request, memoryCall({ apiKey: serviceAccount() })));
    expect(failure).toMatchObject({ kind: 'overloaded', billed: 'no' });
    expect(network.sent).toHaveLength(1);
  });

  it('takes a refused new token for a matter of the credential', async () => {
    const { sent, start } = google(() => unauthenticated('No.'));
    expect(await failureOf(start())).toMatchObject({ kind: 'auth', statusCode: 401 });
    expect(await failureOf(start())).toMatchObject({ kind: 'auth' });
    expect(sent.filter(isForToken)).toHaveLength(2);
  });

  it('drops a token that has ended early, so that the next try has a new one', async () => {
    let revoked = '';
    const { start, sent } = google((bearer) => (bearer === revoked ? unauthenticated('Expired.') : made));
    await start();
    revoked = 'ya29.token-1';
    expect(await failureOf(start())).toMatchObject({ kind: 'overloaded', statusCode: 401, billed: 'no' });
    expect(await start()).toMatchObject({ status: 'finished' });
    expect(sent.filter(isForToken)).toHaveLength(2);
  });

  it('keeps its token through other failures', async () => {
    let status = 403;
    const { start, sent } = google(() => ({ status, body: {} }));
    expect(await failureOf(start())).toMatchObject({ kind: 'auth' });
    status = 503;
    expect(await failureOf(start())).toMatchObject({ kind: 'overloaded' });
    expect(sent.filter(isForToken)).toHaveLength(1);
  });

  it('tells nobody the token, the key, or the account', async () => {
    const message = `Bearer ya29.token-1 is not ${serviceAccount()} of projects/some-project`;
    const { start, call } = google(() => unauthenticated(message));
    const kept = call();
    const failure = await failureOf(start(kept));
    const told = `${toldBy(failure)}\n${JSON.stringify([kept.rawRequests, kept.rawResponses])}`;
    const secrets = ['token-1', 'some-project', ...privatePem.split('\n').filter(Boolean)];
    for (const secret of secrets) expect(told).not.toContain(secret);
  });
});
