import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { key, photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [{ name: 'gemini', wire: 'gemini' }] });
});
afterAll(() => simulator.stop());

interface GoogleError {
  readonly error: {
    readonly code: number;
    readonly status: string;
    readonly message: string;
    readonly details?: unknown;
  };
}

async function ask(body: object, model = 'gemini-3.1-flash-image', headers: object = { 'x-goog-api-key': key }) {
  const response = await fetch(`${simulator.baseUrl('gemini')}/models/${model}:generateContent`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> & GoogleError };
}

const contents = [{ parts: [{ text: 'a kite' }] }];
const shaped = (imageConfig: object) => ({ contents, generationConfig: { imageConfig } });

describe('gemini', () => {
  it('answers with a picture, its usage and its end', async () => {
    const { status, body } = await ask(shaped({ aspectRatio: '16:9', imageSize: '512' }));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png' } }] }, finishReason: 'STOP' }],
      usageMetadata: { candidatesTokenCount: 747 },
    });
  });

  it.each([
    ['a ratio that it lacks', shaped({ aspectRatio: '7:5' }), 'Unsupported aspect ratio'],
    ['a size in small letters', shaped({ imageSize: '2k' }), 'Unsupported image size'],
    ['a field that is none', shaped({ size: '1K' }), 'Unknown name "size"'],
    ['no words', { contents: [] }, 'contents is not specified'],
    [
      'a picture that is none',
      { contents: [{ parts: [{ text: 'x' }, { inlineData: { mimeType: 'image/png', data: 'aGk=' } }] }] },
      'Unable to process input image',
    ],
  ])('refuses %s', async (_what, body, message) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect(answer.body.error.message).toContain(message);
  });

  it("refuses another model's ratio and size, and an unknown model", async () => {
    expect((await ask(shaped({ aspectRatio: '1:8' }), 'gemini-3-pro-image')).status).toBe(400);
    expect((await ask(shaped({ imageSize: '2K' }), 'gemini-3.1-flash-lite-image')).status).toBe(400);
    expect((await ask({ contents }, 'imagen-4.0-generate-001')).body.error).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('wants a key, in its own header', async () => {
    expect((await ask({ contents }, undefined, { authorization: `Bearer ${key}` })).status).toBe(403);
    const { status, body } = await ask({ contents }, undefined, { 'x-goog-api-key': 'sk-invalid' });
    expect(status).toBe(400);
    expect(body.error.details).toMatchObject([{ reason: 'API_KEY_INVALID' }]);
  });

  it('notes input pictures as files, not as text', async () => {
    const photo = await photograph(200, 100);
    const inlineData = { mimeType: 'image/png', data: photo.toString('base64') };
    await ask({ contents: [{ parts: [{ text: 'a filed kite' }, { inlineData }] }] });
    const [entry] = simulator.ledger.requests({ prompt: 'a filed kite' });
    expect(entry?.files).toMatchObject([{ bytes: photo.length, contentType: 'image/png' }]);
    expect(JSON.stringify(entry?.parameters).length).toBeLessThan(500);
  });

  it('hides a refusal in a success, and its waiting time in the details of a 429', async () => {
    expect(await ask({ contents: [{ parts: [{ text: '[fail:refuse]' }] }] })).toMatchObject({
      status: 200,
      body: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } },
    });
    const { body } = await ask({ contents: [{ parts: [{ text: '[fail:429]' }] }] });
    expect(body.error.details).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: '2s',
    });
  });
});
