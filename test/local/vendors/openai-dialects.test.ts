import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  const vendors = ['xai', 'azure', 'together'].map((name) => ({ name, wire: name }));
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors });
});
afterAll(() => simulator.stop());

async function ask(vendor: string, path: string, body: object, headers: Record<string, string>) {
  const response = await fetch(simulator.baseUrl(vendor) + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, body: (await response.json()) as { data?: { url?: string }[] } };
}

const bearer = { authorization: 'Bearer key' };
const grok = { model: 'grok-imagine-image', prompt: 'a kite' };
const azurePath = '/deployments/gpt-image-2/images/generations';
const flux = { model: 'black-forest-labs/FLUX.2-pro', prompt: 'a kite' };

describe('xai', () => {
  it.each([
    ['a size', { size: '1024x1024' }, 400],
    ['a shape it has not', { aspect_ratio: '7:5' }, 400],
    ['a shape that came with 2.0', { model: 'grok-imagine-image', aspect_ratio: '21:9' }, 400],
    ['a model that is gone', { model: 'grok-imagine-image-quality' }, 404],
    ['a quality before 2.0', { quality: 'low' }, 400],
    ['a model it has not', { model: 'grok-3' }, 404],
  ])('refuses %s', async (_name, changes, status) => {
    const answer = await ask('xai', '/images/generations', { ...grok, ...changes }, bearer);
    expect(answer).toMatchObject({ status, body: { code: expect.any(String), error: expect.any(String) } });
  });

  it('refuses an edit without an image, and without a key', async () => {
    expect((await ask('xai', '/images/edits', grok, bearer)).status).toBe(400);
    expect((await ask('xai', '/images/generations', grok, {})).status).toBe(401);
  });

  it('gives addresses unless it is asked for base64', async () => {
    const { body } = await ask('xai', '/images/generations', grok, bearer);
    const result = await fetch(body.data?.[0]?.url ?? '');
    expect(result.headers.get('content-type')).toBe('image/jpeg');
    await result.arrayBuffer();
  });
});

describe('azure', () => {
  const body = { prompt: 'a kite', model: 'gpt-image-2' };
  const key = { 'api-key': 'key' };

  it.each([
    ['a version that is missing', azurePath, body, key, 404],
    ['a deployment it has not', `${azurePath.replace('-2', '-9')}?api-version=1`, body, key, 404],
    ['a key in the wrong header', `${azurePath}?api-version=1`, body, bearer, 401],
    ['WebP', `${azurePath}?api-version=1`, { ...body, output_format: 'webp' }, key, 400],
    ['an edit in JSON', `${azurePath.replace('generations', 'edits')}?api-version=1`, body, key, 415],
  ])('refuses %s', async (_name, path, asked, headers, status) => {
    expect(await ask('azure', path, asked, headers)).toMatchObject({ status, body: { error: {} } });
  });
});

describe('together', () => {
  it.each([
    ["OpenAI's word for base64", { response_format: 'b64_json' }],
    ['a size in one field', { size: '1024x1024' }],
    ['an edge too long', { width: 4096, height: 1024 }],
    ['more than four images', { n: 5 }],
  ])('refuses %s', async (_name, changes) => {
    const answer = await ask('together', '/images/generations', { ...flux, ...changes }, bearer);
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.any(String) } } });
  });
});
