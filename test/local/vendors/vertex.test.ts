import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [{ name: 'vertex', wire: 'vertex' }] });
});
afterAll(() => simulator.stop());

interface AccountFile {
  readonly private_key: string;
  readonly private_key_id: string;
  readonly client_email: string;
  readonly token_uri: string;
  readonly project_id: string;
}

const account = (): AccountFile => JSON.parse(simulator.credentials().vertex ?? '');

/** An assertion as developers.google.com describes it, with what a test changes of it. */
function assertion(claims: object = {}, header: object = {}, pem = account().private_key): string {
  const { client_email, private_key_id, token_uri } = account();
  const now = Math.floor(Date.now() / 1000);
  const scope = 'https://www.googleapis.com/auth/cloud-platform';
  const parts = [
    { alg: 'RS256', typ: 'JWT', kid: private_key_id, ...header },
    { iss: client_email, scope, aud: token_uri, iat: now, exp: now + 3600, ...claims },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign('sha256', Buffer.from(signed), createPrivateKey(pem)).toString('base64url')}`;
}

async function exchange(text: string, grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
  const body = new URLSearchParams({ grant_type, assertion: text });
  const response = await fetch(account().token_uri, { method: 'POST', body, signal: AbortSignal.timeout(60_000) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const token = async () => String((await exchange(assertion())).body.access_token);
const contents = [{ role: 'user', parts: [{ text: 'a kite' }] }];
const both = { responseModalities: ['TEXT', 'IMAGE'] };
const body = (generationConfig: object = {}) => ({ contents, generationConfig: { ...both, ...generationConfig } });

async function make(sent: object, bearer: string | undefined, place = 'projects/simulated-project/locations/global') {
  const url = `${simulator.baseUrl('vertex')}/${place}/publishers/google/models/gemini-3-pro-image:generateContent`;
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(sent),
    headers: {
      'content-type': 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, text: await response.text() };
}

describe('vertex', () => {
  it('tells what a client must be given, also over HTTP', async () => {
    const answer = await fetch(`${simulator.origin}/_simulator/credentials`);
    expect(await answer.json()).toEqual({ credentials: simulator.credentials() });
    expect(account()).toMatchObject({ project_id: 'simulated-project', token_uri: expect.stringContaining('/token') });
  });

  it("gives a token for an assertion that is signed by the account's key", async () => {
    const { status, body } = await exchange(assertion());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      access_token: expect.stringMatching(/^ya29\./),
      expires_in: 3599,
      token_type: 'Bearer',
    });
  });

  const now = Math.floor(Date.now() / 1000);
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });
  it.each([
    ["another's signature", () => assertion({}, {}, stranger.toString()), 'Invalid JWT Signature.'],
    ['changed claims', () => assertion().replace(/\.[^.]+\./, '.e30.'), 'Invalid JWT Signature.'],
    ['no algorithm', () => assertion({}, { alg: 'none' }), 'Invalid JWT Signature.'],
    ['another account', () => assertion({ iss: 'other@example.com' }), 'Invalid issuer'],
    ['another audience', () => assertion({ aud: 'https://example.com' }), 'audience'],
    ['another scope', () => assertion({ scope: 'email' }), 'scope'],
    ['a time to come', () => assertion({ iat: now + 120, exp: now + 600 }), 'short-lived token'],
    ['a time gone by', () => assertion({ iat: now - 3700, exp: now - 100 }), 'short-lived token'],
    ['a long life', () => assertion({ iat: now - 60, exp: now + 3600 }), 'short-lived token'],
    ['no assertion', () => 'a.b.c', 'Invalid JWT Signature.'],
  ])('refuses an assertion with %s', async (_what, text, why) => {
    const { status, body } = await exchange(text());
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_grant', error_description: expect.stringContaining(why) });
  });

  it('shows nothing of an exchange in its ledger', async () => {
    simulator.ledger.clear();
    await exchange(assertion());
    expect(simulator.ledger.requests()).toMatchObject([{ operation: 'token', parameters: {}, charged: false }]);
  });

  it('makes a picture of the type that was asked for, for who bears a token', async () => {
    const imageOutputOptions = { mimeType: 'image/jpeg', compressionQuality: 40 };
    const { status, text } = await make(body({ imageConfig: { imageOutputOptions } }), await token());
    expect(status).toBe(200);
    expect(text).toContain('"mimeType": "image/jpeg"');
    expect(text).toContain('"data": "/9j/');
  });

  it.each([undefined, 'sk-simulated', 'ya29.e30.AAAA'])('lets nobody in by %s', async (bearer) => {
    expect(await make(body(), bearer)).toMatchObject({ status: 401, text: expect.stringContaining('UNAUTHENTICATED') });
  });

  it.each([
    ['a picture without words', body({ responseModalities: ['IMAGE'] }), 'response modalities'],
    ['a content of nobody', { ...body(), contents: [{ parts: [{ text: 'a kite' }] }] }, 'valid role'],
    ['webp', body({ imageConfig: { imageOutputOptions: { mimeType: 'image/webp' } } }), 'mime type'],
    [
      'too good a jpeg',
      body({ imageConfig: { imageOutputOptions: { compressionQuality: 101 } } }),
      'between 0 and 100',
    ],
    ['a field that is none', body({ imageConfig: { imageOutputOptions: { quality: 1 } } }), 'Unknown name'],
  ])('refuses %s', async (_what, sent, why) => {
    expect(await make(sent, await token())).toMatchObject({ status: 400, text: expect.stringContaining(why) });
  });

  it("refuses another's project, and has no models at other locations", async () => {
    const bearer = await token();
    expect(await make(body(), bearer, 'projects/other-project/locations/global')).toMatchObject({ status: 403 });
    expect(await make(body(), bearer, 'projects/simulated-project/locations/us-central1')).toMatchObject({
      status: 404,
    });
  });
});
