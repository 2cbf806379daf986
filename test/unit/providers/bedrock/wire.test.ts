import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { bedrockRequest, failureSaid, finishedOf, rawAnswer } from '../../../../lambda/providers/bedrock/wire.ts';
import { inputImage, memoryCall } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const photo = pngBytes(20_000);
const image = inputImage('photo', photo);
const mask = inputImage('mask', pngBytes(900));
const { openImage } = memoryCall({
  inputs: new Map([
    ['photo', photo],
    ['mask', pngBytes(900)],
  ]),
});

const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  operation: 'generation',
  model: 'stability.stable-image-core-v1:1',
  prompt: 'a kite',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
  ...changes,
});

async function sent(asked: ImageRequest) {
  const { path, body, warnings } = bedrockRequest(asked, openImage);
  const bytes = await buffer(body.chunks());
  expect(bytes).toHaveLength(body.length);
  return { path, warnings, fields: JSON.parse(bytes.toString('utf8')) };
}

describe('bedrockRequest', () => {
  it('asks a model by its own id, and a service by the inference profile', async () => {
    expect((await sent(request())).path).toBe('/model/stability.stable-image-core-v1%3A1/invoke');
    const removal = request({
      operation: 'edit',
      editType: 'background_removal',
      model: 'stability.stable-image-remove-background-v1:0',
      parameters: { output_format: 'webp' },
      images: [image],
    });
    expect(await sent(removal)).toEqual({
      path: '/model/us.stability.stable-image-remove-background-v1%3A0/invoke',
      fields: { output_format: 'webp', image: Buffer.from(photo).toString('base64') },
      warnings: [],
    });
  });

  it('tells only the model that does both whether it starts from words or from an image', async () => {
    const parameters = { aspect_ratio: '16:9', seed: 7, negative_prompt: 'rain', output_format: 'jpeg' } as const;
    expect((await sent(request({ parameters }))).fields).toEqual({ prompt: 'a kite', ...parameters });
    const model = 'stability.sd3-5-large-v1:0';
    expect((await sent(request({ model, parameters }))).fields).toEqual({
      prompt: 'a kite',
      ...parameters,
      mode: 'text-to-image',
    });
    const edit = request({ operation: 'edit', model, images: [image], extra: { strength: '0.2' } });
    expect((await sent(edit)).fields).toEqual({
      prompt: 'a kite',
      mode: 'image-to-image',
      strength: 0.2,
      image: Buffer.from(photo).toString('base64'),
    });
    expect((await sent({ ...edit, extra: {} })).fields.strength).toBe(0.7);
  });

  it('sends a mask beside its image, and numbers as numbers although a form brings text', async () => {
    const inpainting = request({
      operation: 'edit',
      editType: 'inpainting',
      model: 'stability.stable-image-inpaint-v1:0',
      images: [image],
      mask,
      extra: { grow_mask: '3', style_preset: '3d-model' },
    });
    expect((await sent(inpainting)).fields).toEqual({
      prompt: 'a kite',
      grow_mask: 3,
      style_preset: '3d-model',
      image: Buffer.from(photo).toString('base64'),
      mask: Buffer.from(pngBytes(900)).toString('base64'),
    });
  });

  it('extends an image by its margins, also without words', async () => {
    const outpainting = request({
      operation: 'edit',
      editType: 'outpainting',
      model: 'stability.stable-outpaint-v1:0',
      prompt: '',
      images: [image],
      margins: { left: 1, top: 2, right: 3, bottom: 2000 },
    });
    expect((await sent(outpainting)).fields).toEqual({
      left: 1,
      up: 2,
      right: 3,
      down: 2000,
      image: Buffer.from(photo).toString('base64'),
    });
  });

  it('shows images by length and digest', () => {
    const { raw } = bedrockRequest(request({ images: [image], mask }), openImage);
    expect(raw).toMatchObject({
      image: `<20000 bytes of image, sha256 ${image.sha256}>`,
      mask: `<900 bytes of image, sha256 ${mask.sha256}>`,
    });
  });
});

describe('finishedOf', () => {
  const saved = [{ ...image, key: 'results/0.png' }];

  it('gives the image of a success', () => {
    const answer = { seeds: [1], finish_reasons: [null], images: ['0'] };
    expect(finishedOf({ skeleton: answer, taken: saved }, [])).toEqual({
      status: 'finished',
      images: [{ image: saved[0] }],
      warnings: [],
    });
    expect(rawAnswer(answer, saved)).toEqual({ ...answer, images: ['<20000 bytes of image>'] });
  });

  it.each([
    ['Filter reason: prompt', 'refused'],
    ['Inference error', 'malformed'],
  ])('takes %j for a failure, also where there is a picture', (reason, kind) => {
    for (const images of [[], saved]) {
      const skeleton = { finish_reasons: [reason], images: images.map(() => '0') };
      expect(() => finishedOf({ skeleton, taken: images }, [])).toThrow(expect.objectContaining({ kind }));
    }
  });

  it('keeps the images that moderation has let through, each with the reason in its place', () => {
    const skeleton = { finish_reasons: ['Filter reason: output image', null, null], images: ['', '0', null] };
    expect(finishedOf({ skeleton, taken: saved }, []).images).toEqual([{ image: saved[0] }]);
  });

  it('takes a success without an image for none', () => {
    for (const answer of [{ finish_reasons: [null], images: [] }, {}, null]) {
      expect(() => finishedOf({ skeleton: answer, taken: [] }, [])).toThrow(
        expect.objectContaining({ kind: 'malformed' }),
      );
    }
  });
});

describe('failureSaid', () => {
  const said = (type: string, body: object = { message: 'No.' }) =>
    failureSaid({ headers: { 'x-amzn-errortype': `${type}:http://internal.amazon.com/` } }, JSON.stringify(body));

  it.each([
    ['ThrottlingException', 'rate_limited'],
    ['ModelNotReadyException', 'overloaded'],
    ['ModelTimeoutException', 'unknown_outcome'],
    ['ServiceQuotaExceededException', 'billing'],
    ['ModelErrorException', 'overloaded'],
  ])('knows %s, whatever its status', (type, kind) => {
    expect(said(type)).toEqual({ message: 'No.', kind });
  });

  it.each([
    'AccessDeniedException',
    'ResourceNotFoundException',
    'InternalServerException',
    'ServiceUnavailableException',
    'ValidationException',
    'constructor',
  ])('leaves %s to the status', (type) => {
    expect(said(type)).toEqual({ message: 'No.' });
  });

  it("goes by the model's own status where there is one", () => {
    expect(said('ModelErrorException', { message: 'No.', originalStatusCode: 400 }).kind).toBe('invalid');
    expect(said('ModelErrorException', { message: 'No.', originalStatusCode: 503 }).kind).toBe('overloaded');
  });

  it('finds the type in the body as well', () => {
    const body = JSON.stringify({ __type: 'com.amazon.coral#ModelNotReadyException', Message: 'Wait.' });
    expect(failureSaid({ headers: {} }, body)).toEqual({ message: 'Wait.', kind: 'overloaded' });
    expect(failureSaid({ headers: {} }, '<html>')).toEqual({});
  });

  it.each([
    'The provided model identifier is invalid.',
    'Invocation of model ID a with on-demand throughput isn’t supported. Retry your request with an inference profile.',
  ])('may walk around a model that is not there: %s', (message) => {
    expect(said('ValidationException', { message }).kind).toBe('unsupported');
  });
});
