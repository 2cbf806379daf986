import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { askForm, askJson, filePart, imagesOf, photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
let photo: Buffer;
beforeAll(async () => {
  simulator = await startVendorSimulator({
    latencySeconds: 0,
    vendors: [
      { name: 'openai', wire: 'openai' },
      { name: 'studio', wire: 'openai-classic', models: ['studio-1'] },
      { name: 'hasty', wire: 'openai-classic', models: ['studio-1'], resultSeconds: 0 },
    ],
  });
  photo = await photograph(512, 512);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.ledger.clear());

describe('openaiClassic', () => {
  it('varies an image and answers with URLs that work without a credential, for a while', async () => {
    const parts = [
      ['model', 'studio-1'],
      ['image', filePart(photo)],
      ['n', '2'],
      ['size', '256x256'],
    ] as const;
    const answer = await askForm(simulator, 'variations', parts, 'studio');
    expect(answer.status).toBe(200);
    const urls = (answer.body.data ?? []).map((item) => item.url ?? '');
    expect(urls).toHaveLength(2);
    expect(new URL(urls[0] ?? '').host).toBe(simulator.resultHost);
    const result = await fetch(urls[0] ?? '');
    expect(result.headers.get('content-type')).toBe('image/png');
    expect(await sharp(Buffer.from(await result.arrayBuffer())).metadata()).toMatchObject({
      format: 'png',
      width: 256,
      height: 256,
    });
    expect((await fetch(urls[0] ?? '', { headers: { authorization: 'Bearer sk-secret' } })).status).toBe(400);
    const late = await askForm(simulator, 'variations', parts, 'hasty');
    expect((await fetch(late.body.data?.[0]?.url ?? '')).status).toBe(403);
    expect((await fetch(`http://${simulator.resultHost}/_results/none.png`)).status).toBe(404);
  });

  it('answers with base64 where that is asked for', async () => {
    const body = { prompt: 'a boat', size: '512x512', response_format: 'b64_json' };
    const answer = await askJson(simulator, 'generations', body, 'studio');
    expect(await sharp(imagesOf(answer)[0]).metadata()).toMatchObject({ width: 512, height: 512 });
    expect(simulator.ledger.charges()).toMatchObject([{ vendor: 'studio', operation: 'generation', prompt: 'a boat' }]);
  });

  it('edits one image', async () => {
    const parts = [
      ['prompt', 'at night'],
      ['image', filePart(photo)],
      ['response_format', 'b64_json'],
      ['size', '256x256'],
    ] as const;
    expect(imagesOf(await askForm(simulator, 'edits', parts, 'studio'))).toHaveLength(1);
  });

  it.each([
    ['a size of the newer models', { size: '1536x1024' }, 'invalid_value', 'size'],
    ['another model', { model: 'gpt-image-2' }, 'invalid_value', 'model'],
    ['quality', { quality: 'high' }, 'unknown_parameter', 'quality'],
    ['n of 11', { n: 11 }, 'integer_above_max_value', 'n'],
    ['a prompt above 1,000 characters', { prompt: 'x'.repeat(1001) }, 'string_above_max_length', 'prompt'],
  ])('refuses %s', async (_what, extra, code, param) => {
    const answer = await askJson(simulator, 'generations', { prompt: 'a boat', ...extra }, 'studio');
    expect([answer.status, answer.body.error]).toMatchObject([400, { code, param }]);
  });

  it('cuts even a short answer of URLs short on demand', async () => {
    simulator.faults.add({ kind: 'truncated_json', vendor: 'studio' });
    const asking = askJson(simulator, 'generations', { prompt: 'a boat', size: '256x256' }, 'studio');
    await expect(asking).rejects.toThrow(SyntaxError);
  });

  it('refuses a variation without an image', async () => {
    const answer = await askForm(simulator, 'variations', [['n', '1']], 'studio');
    expect(answer.body.error).toMatchObject({ code: 'missing_required_parameter', param: 'image' });
  });
});
