import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { filePart, key, photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [{ name: 'replicate', wire: 'replicate' }] });
});
afterAll(() => simulator.stop());

const headers = { authorization: `Bearer ${key}` };

async function predict(model: string, input: object) {
  const answer = await fetch(`${simulator.baseUrl('replicate')}/models/${model}/predictions`, {
    method: 'POST',
    body: JSON.stringify({ input }),
    headers: { ...headers, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(60_000),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function upload(content: File) {
  const form = new FormData();
  form.append('content', content);
  const answer = await fetch(`${simulator.baseUrl('replicate')}/files`, { method: 'POST', body: form, headers });
  return (await answer.json()) as { urls: { get: string }; size: number };
}

const schnell = 'black-forest-labs/flux-schnell';

describe('replicate', () => {
  it('answers with a prediction, which says its input again and where to ask after it', async () => {
    const { status, body } = await predict(schnell, { prompt: '[plain] kite', num_outputs: 2 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ input: { prompt: '[plain] kite' }, urls: { get: expect.any(String) } });
    const { get } = body.urls as { get: string };
    const done = (await (await fetch(get, { headers })).json()) as { status: string; output: string[] };
    expect(done.status).toBe('succeeded');
    expect(done.output).toHaveLength(2);
  });

  it('takes an upload by its address, and no other address', async () => {
    const photo = await photograph(300, 200);
    const { urls, size } = await upload(filePart(Buffer.from(photo)));
    expect(size).toBe(photo.length);
    const model = 'bria/remove-background';
    expect((await predict(model, { image: urls.get })).status).toBe(201);
    const elsewhere = await predict(model, { image: 'https://elsewhere.example/photo.png' });
    expect(elsewhere).toMatchObject({ status: 422, body: { detail: expect.stringContaining('input.image') } });
  });

  it.each([
    ['a field that the model lacks', schnell, { prompt: 'x', guidance: 3 }, 'input.guidance'],
    ['too many outputs', schnell, { prompt: 'x', num_outputs: 5 }, 'input.num_outputs'],
    ['a number as text', schnell, { prompt: 'x', seed: '7' }, 'input.seed'],
    ['no prompt', schnell, {}, 'input.prompt'],
    ['the long word for jpg', schnell, { prompt: 'x', output_format: 'jpeg' }, 'input.output_format'],
  ])('refuses %s', async (_what, model, input, named) => {
    expect(await predict(model, input)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining(named) },
    });
  });

  it('does not know every model', async () => {
    expect((await predict('nobody/nothing', { prompt: 'x' })).status).toBe(404);
  });
});
