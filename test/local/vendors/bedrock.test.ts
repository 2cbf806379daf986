import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsSigner } from '../../../lambda/adapters/secrets/aws-signer.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { sha256 } from '../../contract/providers/memory-call.ts';
import { photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [{ name: 'bedrock', wire: 'bedrock' }] });
});
afterAll(() => simulator.stop());

const local = { accessKeyId: 'local', secretAccessKey: 'local' };

interface Asking {
  readonly region?: string;
  readonly credentials?: typeof local;
  readonly service?: string;
  /** Headers that are changed after the signature. */
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(id: string, body: object, asking: Asking = {}) {
  const { region = 'us-west-2', credentials = local, service = 'bedrock', headers = {} } = asking;
  const url = `${simulator.baseUrl('bedrock')}/model/${encodeURIComponent(id)}/invoke`;
  const text = JSON.stringify(body);
  const signed = await createAwsSigner({ service, credentials: async () => credentials })({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    bodySha256: sha256(Buffer.from(text)),
    region,
  });
  const { host: _, ...sent } = signed;
  const answer = await fetch(url, {
    method: 'POST',
    body: text,
    headers: { ...sent, ...headers },
    signal: AbortSignal.timeout(60_000),
  });
  const said = (await answer.json()) as { message?: string; images?: string[]; finish_reasons?: unknown[] };
  return { status: answer.status, type: answer.headers.get('x-amzn-errortype')?.split(':')[0], said };
}

const core = 'stability.stable-image-core-v1:1';
const inpaint = 'us.stability.stable-image-inpaint-v1:0';
const outpaint = 'us.stability.stable-outpaint-v1:0';
const diffusion = 'stability.sd3-5-large-v1:0';
const base64 = async (image: Promise<Buffer>) => (await image).toString('base64');

const whiteOn = (width: number, height: number, grey = 255) =>
  sharp(Buffer.alloc(width * height, grey), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();

describe('bedrock', () => {
  it('answers with an image in base64, and a reason that is null', async () => {
    const { status, said } = await ask(core, { prompt: 'a kite', aspect_ratio: '2:3', output_format: 'jpeg' });
    expect(status).toBe(200);
    expect(said.finish_reasons).toEqual([null]);
    const image = Buffer.from(said.images?.[0] ?? '', 'base64');
    expect(await sharp(image).metadata()).toMatchObject({ format: 'jpeg', width: 832, height: 1216 });
  });

  it.each<[string, Asking, string, string]>([
    ['no signature', { headers: { authorization: '' } }, 'IncompleteSignatureException', 'not well formed'],
    ['a key', { headers: { authorization: 'Bearer abc' } }, 'IncompleteSignatureException', 'not well formed'],
    ['another account', { credentials: { ...local, accessKeyId: 'other' } }, 'UnrecognizedClientException', 'token'],
    ['another secret', { credentials: { ...local, secretAccessKey: 'x' } }, 'InvalidSignatureException', 'not match'],
    ['another service', { service: 's3' }, 'InvalidSignatureException', "correct service: 'bedrock'"],
    ['another region', { region: 'eu-west-1' }, 'InvalidSignatureException', "not 'eu-west-1'"],
    ['another digest', { headers: { 'x-amz-content-sha256': 'a' } }, 'InvalidSignatureException', 'content-sha256'],
    ['an old date', { headers: { 'x-amz-date': '20150830T123600Z' } }, 'InvalidSignatureException', 'expired'],
  ])('refuses %s', async (_what, asking, type, message) => {
    const refused = await ask(core, { prompt: 'x' }, asking);
    expect(refused).toMatchObject({ status: 403, type });
    expect(refused.said.message).toContain(message);
  });

  it.each<[string, string, object, string]>([
    ['no prompt', core, { seed: 1 }, '#: required key [prompt] not found'],
    ['a strange field', core, { prompt: 'x', n: 2 }, '#: extraneous key [n] is not permitted'],
    ['a style where there is none', core, { prompt: 'x', style_preset: 'anime' }, 'extraneous key [style_preset]'],
    ['an image where none is taken', core, { prompt: 'x', image: 'x' }, 'extraneous key [image]'],
    ['a shape that it lacks', core, { prompt: 'x', aspect_ratio: '7:5' }, '#/aspect_ratio'],
    ['a number in text', core, { prompt: 'x', seed: '1' }, '#/seed'],
    ['webp', core, { prompt: 'x', output_format: 'webp' }, '#/output_format'],
    ['a mode without its image', diffusion, { prompt: 'x', mode: 'image-to-image' }, 'required key [image]'],
    ['empty words', outpaint, { prompt: '', image: 'x', left: 1 }, '#/prompt'],
    ['what is no image', outpaint, { image: 'x', left: 1 }, '#/image: is no image in base64'],
  ])('refuses %s', async (_what, id, body, message) => {
    const refused = await ask(id, body);
    expect(refused).toMatchObject({ status: 400, type: 'ValidationException' });
    expect(refused.said.message).toContain(message);
  });

  it.each<[string, string, Asking, string]>([
    ['a model that is not there', 'stability.stable-diffusion-xl-v1', {}, 'identifier is invalid'],
    ['a model elsewhere', core, { region: 'us-east-1' }, 'identifier is invalid'],
    ['a profile that is none', `us.${core}`, {}, 'identifier is invalid'],
    ['a service without its profile', inpaint.slice(3), {}, 'with on-demand throughput isn’t supported'],
  ])('does not know %s', async (_what, id, asking, message) => {
    expect((await ask(id, { prompt: 'x' }, asking)).said.message).toContain(message);
  });

  it('takes a mask that is as large as its image, and nothing but black and white', async () => {
    const image = await base64(photograph(120, 80));
    const painted = async (mask: Promise<Buffer>) => ask(inpaint, { prompt: 'x', image, mask: await base64(mask) });
    expect((await painted(whiteOn(120, 80))).status).toBe(200);
    expect((await painted(whiteOn(120, 81))).said.message).toContain('#/mask: must be as large as the image');
    expect((await painted(whiteOn(120, 80, 200))).said.message).toContain('must hold pixels of 0 and 255 alone');
    const clear = sharp(await photograph(120, 80))
      .ensureAlpha(0)
      .png()
      .toBuffer();
    expect((await painted(clear)).said.message).toContain('must be grayscale');
  });

  it('extends an image on one side at least, in every region', async () => {
    const image = await base64(photograph(120, 80));
    const extended = await ask(outpaint, { image, left: 30, down: 20 }, { region: 'us-east-2' });
    const result = Buffer.from(extended.said.images?.[0] ?? '', 'base64');
    expect(await sharp(result).metadata()).toMatchObject({ width: 150, height: 100 });
    expect((await ask(outpaint, { image })).said.message).toContain('at least one of left, right, up and down');
    expect((await ask(outpaint, { image, left: 2001 })).said.message).toContain('#/left');
    const long = await base64(photograph(300, 100));
    expect((await ask(outpaint, { image: long, left: 1 })).said.message).toContain('ratio of at most 2.5:1');
  });

  it.each([
    ['[fail:refuse]', 'Filter reason: prompt'],
    ['[fail:refuse] [output image]', 'Filter reason: output image'],
    ['[fail:refuse] [inference]', 'Inference error'],
  ])('words a refusal as a success without an image: %s', async (prompt, reason) => {
    expect(await ask(core, { prompt })).toMatchObject({ status: 200, said: { finish_reasons: [reason] } });
  });
});
