import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences, holedMask, pixelsOf } from '../../support/pictures.ts';
import { imagesOf } from '../client.ts';
import { leaksIn } from '../log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { fileOf, formOf, photograph, sha256 } from '../sample-files.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'bedrock', wire: 'bedrock' }],
      stageFor: (simulator) => ({
        providers: { bedrock: { baseUrl: simulator.baseUrl('bedrock'), region: 'us-west-2' } },
      }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const headerOf = async (image: Buffer | undefined) => {
  const { format, width, height } = await sharp(image).metadata();
  return { format, width, height };
};

describe('the provider bedrock', () => {
  it.each([
    ['stability.stable-image-ultra-v1:1', 'png'],
    ['stability.stable-image-core-v1:1', 'jpeg'],
    ['stability.sd3-5-large-v1:0', 'jpeg'],
  ])('makes an image with %s, asked by the role of the worker', async (name, format) => {
    const prompt = promptOf(`a mill by ${name}`);
    const body = { model: `bedrock/${name}`, prompt, aspect_ratio: '3:2', output_format: format, seed: 7 };
    const job = await darkroom.client.run('generations', body);
    const [image] = await imagesOf(job);
    expect(await headerOf(image)).toEqual({ format, width: 1216, height: 832 });
    expect(job.result?.extra_fields).toMatchObject({
      provider: 'bedrock',
      attempts: [{ provider: 'bedrock', model: name, outcome: 'succeeded', billed: 'yes' }],
    });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
    // The functions of a local stack have the credentials `local`; the simulator has checked what they signed.
    expect(darkroom.simulator.ledger.charges({ prompt })).toMatchObject([
      { model: name, parameters: { seed: 7 }, authorization: sha256(Buffer.from('local')).slice(0, 12) },
    ]);
  });

  it('makes as many images as were asked for, one request each', async () => {
    const prompt = promptOf('two mills');
    const job = await darkroom.client.run('generations', {
      model: 'bedrock/stability.stable-image-core-v1:1',
      prompt,
      n: 2,
    });
    expect(await imagesOf(job)).toHaveLength(2);
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(2);
  });

  it('edits a picture as far as strength says, in its own size', async () => {
    const prompt = promptOf('a colder morning');
    const coffee = await photograph('coffee.png');
    const form = formOf(
      ['model', 'bedrock/stability.sd3-5-large-v1:0'],
      ['prompt', prompt],
      ['strength', '0.4'],
      ['image', fileOf(coffee, 'coffee.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    expect(await headerOf(image)).toEqual(await headerOf(coffee));
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([
      { parameters: { strength: 0.4, mode: 'image-to-image' }, files: [{ field: 'image', sha256: sha256(coffee) }] },
    ]);
  });

  it('makes a variation by an edit', async () => {
    const cat = await photograph('chelsea.png');
    const form = formOf(['model', 'bedrock/stability.sd3-5-large-v1:0'], ['image', fileOf(cat, 'cat.png')]);
    const job = await darkroom.client.run('variations', form);
    expect(await imagesOf(job)).toHaveLength(1);
    expect(job.result?.extra_fields.warnings).toMatchObject([{ code: 'emulated' }]);
  });

  it('repaints what the mask says, and leaves every other pixel as it was', async () => {
    const coffee = await photograph('coffee.png');
    const { width, height } = await sharp(coffee).metadata();
    const hole = { left: 100, top: 80, width: 150, height: 120 };
    const form = formOf(
      ['model', 'bedrock/stability.stable-image-inpaint-v1:0'],
      ['type', 'inpainting'],
      ['prompt', promptOf('a plate of biscuits')],
      ['output_format', 'png'],
      ['image', fileOf(coffee, 'coffee.png')],
      ['mask', fileOf(await holedMask({ width, height }, hole), 'mask.png')],
    );
    const [image = Buffer.alloc(0)] = await imagesOf(await darkroom.client.run('edits', form));
    const changed = differences(await pixelsOf(coffee), await pixelsOf(image), { left: 0, top: 0 });
    expect(changed.count).toBeGreaterThan(hole.width * hole.height * 0.9);
    expect(changed.left).toBeGreaterThanOrEqual(hole.left);
    expect(changed.top).toBeGreaterThanOrEqual(hole.top);
    expect(changed.right).toBeLessThan(hole.left + hole.width);
    expect(changed.bottom).toBeLessThan(hole.top + hole.height);
  });

  it('extends a picture to the size that was asked for', async () => {
    const coffee = await photograph('coffee.png');
    const { width, height } = await sharp(coffee).metadata();
    const form = formOf(
      ['model', 'bedrock/stability.stable-outpaint-v1:0'],
      ['type', 'outpainting'],
      ['prompt', promptOf('a wide table')],
      ['size', `${width + 200}x${height}`],
      ['output_format', 'png'],
      ['image', fileOf(coffee, 'coffee.png')],
    );
    const [image = Buffer.alloc(0)] = await imagesOf(await darkroom.client.run('edits', form));
    expect(await headerOf(image)).toEqual({ format: 'png', width: width + 200, height });
    expect(differences(await pixelsOf(coffee), await pixelsOf(image), { left: 100, top: 0 }).count).toBe(0);
  });

  it('is a 400 for an outpainting that goes nowhere, or too far', async () => {
    const coffee = fileOf(await photograph('coffee.png'), 'coffee.png');
    const asked: [string, string | File][] = [
      ['model', 'bedrock/stability.stable-outpaint-v1:0'],
      ['type', 'outpainting'],
      ['prompt', promptOf('none')],
      ['image', coffee],
    ];
    for (const side of [[], [['left', '2001']]] as const) {
      expect((await darkroom.client.submit('edits', formOf(...asked, ...side))).status).toBe(400);
    }
  });

  it('removes a background without a prompt or a mask', async () => {
    const cat = await photograph('chelsea.png');
    const form = formOf(
      ['model', 'bedrock/stability.stable-image-remove-background-v1:0'],
      ['type', 'background_removal'],
      ['output_format', 'webp'],
      ['image', fileOf(cat, 'cat.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    const { width, height } = await sharp(cat).metadata();
    expect(await headerOf(image)).toEqual({ format: 'webp', width, height });
    expect((await sharp(image).stats()).isOpaque).toBe(false);
  });

  it.each([
    ['[fail:refuse]', 422, 'content_refused', "The provider's moderation refused the prompt."],
    ['[fail:403]', 502, 'provider_auth', "You don't have access to the model with the specified model ID."],
  ])('tells a refusal and a lack of access: %s', async (how, status_code, code, message) => {
    const body = { model: 'bedrock/stability.stable-image-core-v1:1', prompt: promptOf(`nothing ${how}`) };
    const job = await darkroom.client.run('generations', body);
    expect(job).toMatchObject({ status: 'failed', status_code, error: { error: { code, message } } });
  });

  it('is a 400 for a retired model, and for an image beyond the limits', async () => {
    const retired = { model: 'bedrock/amazon.nova-canvas-v1:0', prompt: promptOf('none') };
    const answer = await darkroom.client.submit('generations', retired);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'model_retired' } });
    const tiny = await sharp(await photograph('chelsea.png'))
      .resize(40, 40)
      .png()
      .toBuffer();
    const form = formOf(
      ['model', 'bedrock/stability.sd3-5-large-v1:0'],
      ['prompt', promptOf('none')],
      ['image', fileOf(tiny, 'cat.png')],
    );
    const refused = await darkroom.client.submit('edits', form);
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({ error: { code: 'unsupported_operation' } });
    expect(refused.bytes.toString()).toContain('sides of at least 64 pixels, not 40x40');
  });

  it('leaves no credential, prompt or image in the logs', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
