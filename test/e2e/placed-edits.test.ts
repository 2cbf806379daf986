import sharp from 'sharp';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Box, differences, holedMask, pixelsOf } from '../support/pictures.ts';
import { fileOf, formOf, photograph } from '../support/sample-files.ts';
import { imagesOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const played = ['openai', 'azure', 'recraft', 'bfl', 'fal'] as const;
const deployments = { modern: 'gpt-image-2', older: 'gpt-image-1.5' } as const;
const alphaModels = ['openai/gpt-image-2', 'azure/older'];
const whiteModels = ['recraft/recraftv3', 'bfl/flux-pro-1.0-fill', 'fal/fal-ai/flux-pro/v1/fill'];
const extenders = ['recraft/recraftv3', 'bfl/flux-pro-1.0-expand', 'fal/fal-ai/bria/expand'];
const hole: Box = { left: 200, top: 150, width: 150, height: 175 };

let darkroom: RunningDarkroom;
/** 1024 pixels square: about the least that OpenAI's models make. */
let photo: Buffer;
/** 512 pixels square, which takes the simulator a quarter of the time. */
let smallPhoto: Buffer;
const photoFor = (model: string) => (/^(openai|azure)/.test(model) ? photo : smallPhoto);

beforeAll(async () => {
  const original = sharp(await photograph('kodim03.png'));
  const squareOf = (edge: number) => original.clone().resize(edge, edge).webp({ quality: 90 }).toBuffer();
  [photo, smallPhoto] = await Promise.all([squareOf(1024), squareOf(512)]);
  darkroom = await startDarkroom(
    {},
    {
      vendors: played.map((name) => ({
        name,
        wire: name,
        ...(name === 'azure' ? { models: Object.keys(deployments) } : {}),
      })),
      stageFor: (simulator) => {
        const resultHosts = [simulator.resultHost];
        const endpoint = (name: (typeof played)[number]) => ({
          baseUrl: simulator.baseUrl(name),
          ...(name === 'azure' ? { deployments } : name === 'openai' ? {} : { resultHosts }),
        });
        return { providers: Object.fromEntries(played.map((name) => [name, endpoint(name)])) };
      },
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

type Parts = readonly (readonly [string, string | File])[];
const editOf = (model: string, ...parts: Parts) => formOf(['model', model], ['output_format', 'png'], ...parts);

describe('an edit by mask', () => {
  it.for([...alphaModels, ...whiteModels])(
    'changes nothing outside of the mask, with %s',
    async (model, { expect }) => {
      const lossless = await sharp(photoFor(model)).png().toBuffer();
      const mask = await holedMask(await pixelsOf(lossless), hole);
      const prompt = promptOf(`a red hat by ${model}`);
      const form = editOf(
        model,
        ['prompt', prompt],
        ['image', fileOf(lossless, 'photo.png')],
        ['mask', fileOf(mask, 'mask.png')],
      );
      const job = await darkroom.client.run('edits', form);
      const [image] = await imagesOf(job);
      const changed = differences(await pixelsOf(lossless), await pixelsOf(image ?? photo), { left: 0, top: 0 });
      expect(changed.count).toBeGreaterThan((hole.width * hole.height) / 2);
      expect(changed.left).toBeGreaterThanOrEqual(hole.left);
      expect(changed.top).toBeGreaterThanOrEqual(hole.top);
      expect(changed.right).toBeLessThan(hole.left + hole.width);
      expect(changed.bottom).toBeLessThan(hole.top + hole.height);
      expect(job.result?.extra_fields.warnings).toBeUndefined();
      expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
    },
  );

  it('fails, unpaid and by the name of the part, where the mask can not be decoded', async ({ expect }) => {
    const mask = await holedMask({ width: 512, height: 512 }, hole);
    const prompt = promptOf('a mask that is cut off');
    const form = editOf(
      'recraft/recraftv3',
      ['prompt', prompt],
      ['image', fileOf(smallPhoto, 'photo.webp')],
      ['mask', fileOf(mask.subarray(0, mask.length / 2), 'mask.png')],
    );
    const job = await darkroom.client.run('edits', form);
    expect(job).toMatchObject({
      status: 'failed',
      status_code: 400,
      error: {
        error: { code: 'invalid_request', param: 'mask' },
        extra_fields: { attempts: [{ outcome: 'invalid', billed: 'no' }] },
      },
    });
    expect(darkroom.simulator.ledger.requests({ prompt })).toEqual([]);
  });

  it('goes by what is seen of a photograph that lies on its side', async ({ expect }) => {
    const lying = await sharp(smallPhoto)
      .resize(512, 384)
      .jpeg({ quality: 95 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const mask = await holedMask({ width: 384, height: 512 }, { left: 50, top: 60, width: 100, height: 150 });
    const form = editOf(
      'recraft/recraftv3',
      ['prompt', promptOf('a photograph on its side')],
      ['image', fileOf(lying, 'photo.jpg')],
      ['mask', fileOf(mask, 'mask.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    const upright = await pixelsOf(await sharp(lying).autoOrient().png().toBuffer());
    const changed = differences(upright, await pixelsOf(image ?? photo), { left: 0, top: 0 });
    expect(changed.left).toBeGreaterThanOrEqual(50);
    expect(changed.right).toBeLessThan(150);
    expect(changed.bottom).toBeLessThan(210);
  });
});

describe('an outpainting', () => {
  const native = extenders.map((model): [string, string[]] => [model, []]);
  const emulated = [...alphaModels, 'openai/gpt-image-2.5-flare'].map((model): [string, string[]] => [
    model,
    ['emulated'],
  ]);
  it.for([...native, ...emulated])(
    'extends the picture and keeps what was there, with %s',
    async ([model, codes], { expect }) => {
      const prompt = promptOf(`a wide view by ${model}`);
      const parts = [
        ['prompt', prompt],
        ['type', 'outpainting'],
        ['image', fileOf(photoFor(model), 'photo.webp')],
      ] as const;
      const before = await pixelsOf(photoFor(model));
      // Of half its width in all, to 3:2.
      const right = String(before.width / 2 - 100);
      const job = await darkroom.client.run('edits', editOf(model, ...parts, ['left', '100'], ['right', right]));
      const [image] = await imagesOf(job);
      const made = await pixelsOf(image ?? photo);
      expect({ width: made.width, height: made.height }).toEqual({ width: before.width * 1.5, height: before.height });
      expect(differences(before, made, { left: 100, top: 0 }).count).toBe(0);
      expect(job.result?.extra_fields.warnings?.map(({ code }) => code) ?? []).toEqual(
        codes.concat(model.includes('bria') ? ['param_dropped'] : []),
      );
      expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
    },
  );

  it('makes the picture as large as was asked for, the image in its middle', async ({ expect }) => {
    const parts = [
      ['prompt', promptOf('a large sky')],
      ['type', 'outpainting'],
      ['size', '1280x1536'],
    ] as const;
    const form = editOf('openai/gpt-image-2', ...parts, ['image', fileOf(photo, 'photo.webp')]);
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    const made = await pixelsOf(image ?? photo);
    expect({ width: made.width, height: made.height }).toEqual({ width: 1280, height: 1536 });
    expect(differences(await pixelsOf(photo), made, { left: 128, top: 256 }).count).toBe(0);
  });

  it.for([
    ['nothing that says how far', [], 'size'],
    ['a size that does not hold the image', [['size', '1000x2000']], 'size'],
    [
      'sides of 0',
      [
        ['left', '0'],
        ['up', '0'],
      ],
      'left',
    ],
    ['more than the model extends', [['down', '2049']], 'down'],
  ] as const)('is refused for %s', async ([_name, parts, param], { expect }) => {
    const common = [
      ['prompt', promptOf('refused')],
      ['type', 'outpainting'],
      ['image', fileOf(photo, 'p.webp')],
    ] as const;
    const form = editOf('bfl/flux-pro-1.0-expand', ...common, ...parts);
    const answer = await darkroom.client.submit('edits', form);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param } });
  });
});

describe('the removal of a background', () => {
  it.for(['openai/gpt-image-2.5-flare', 'azure/older'])(
    'gives a transparent png by an edit, with %s',
    async (model, { expect }) => {
      const form = formOf(
        ['model', model],
        ['type', 'background_removal'],
        ['image', fileOf(await sharp(photo).png().toBuffer(), 'p.png')],
      );
      const job = await darkroom.client.run('edits', form);
      const [image] = await imagesOf(job);
      expect((await sharp(image).metadata()).format).toBe('png');
      expect((await sharp(image).stats()).isOpaque).toBe(false);
      expect(job.result?.extra_fields.warnings).toMatchObject([{ code: 'emulated' }]);
    },
  );

  it('is refused by a model that makes no transparency', async ({ expect }) => {
    const form = formOf(
      ['model', 'openai/gpt-image-2'],
      ['type', 'background_removal'],
      ['image', fileOf(photo, 'p.webp')],
    );
    const answer = await darkroom.client.submit('edits', form);
    expect(answer.json()).toMatchObject({ error: { code: 'unsupported_operation', param: 'type' } });
  });
});

describe('the stack, after all that', () => {
  it('has left no key, prompt or image in the logs', ({ expect }) => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
