import sharp from 'sharp';
import { expect, it } from 'vitest';
import { differences, holedMask, pixelsOf } from '../support/pictures.ts';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../support/sample-files.ts';
import { imagesOf } from './client.ts';
import { promisesOf } from './provider-promises.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';

/** The models by which a provider of Stability's family edits, as a caller names them. */
export interface StabilityEditors {
  readonly edit: string;
  readonly inpaint: string;
  readonly outpaint: string;
  readonly removeBackground: string;
}

type Parts = readonly (readonly [name: string, value: string | File])[];

/** Every kind of edit once, by HTTP, wherever Stability's models and services are asked. */
export function promiseStabilityEdits(darkroom: () => RunningDarkroom, models: StabilityEditors): void {
  const edited = async (...parts: Parts) => {
    const [image = Buffer.alloc(0)] = await imagesOf(await darkroom().client.run('edits', formOf(...parts)));
    return image;
  };

  it('edits a picture as far as strength says, in its own size', async () => {
    const prompt = promptOf('a colder morning');
    const coffee = await photograph('coffee.png');
    const image = await edited(
      ['model', models.edit],
      ['prompt', prompt],
      ['strength', '0.4'],
      ['image', fileOf(coffee, 'coffee.png')],
    );
    expect(await headerOf(image)).toEqual(await headerOf(coffee));
    const [asked] = darkroom().simulator.ledger.requests({ prompt });
    expect(asked).toMatchObject({ parameters: { mode: 'image-to-image' }, files: [{ sha256: sha256(coffee) }] });
    expect(Number(asked?.parameters.strength)).toBe(0.4);
  });

  promisesOf(darkroom).variesByEdits(models.edit, 'png');

  it('repaints what the mask says, and leaves every other pixel as it was', async () => {
    const coffee = await photograph('coffee.png');
    const hole = { left: 100, top: 80, width: 150, height: 120 };
    const image = await edited(
      ['model', models.inpaint],
      ['type', 'inpainting'],
      ['prompt', promptOf('a plate of biscuits')],
      ['output_format', 'png'],
      ['image', fileOf(coffee, 'coffee.png')],
      ['mask', fileOf(await holedMask(await headerOf(coffee), hole), 'mask.png')],
    );
    const changed = differences(await pixelsOf(coffee), await pixelsOf(image), { left: 0, top: 0 });
    expect(changed.count).toBeGreaterThan(hole.width * hole.height * 0.9);
    expect(changed.left).toBeGreaterThanOrEqual(hole.left);
    expect(changed.top).toBeGreaterThanOrEqual(hole.top);
    expect(changed.right).toBeLessThan(hole.left + hole.width);
    expect(changed.bottom).toBeLessThan(hole.top + hole.height);
  });

  it('extends a picture to the size that was asked for, and leaves it as it was', async () => {
    const coffee = await photograph('coffee.png');
    const { width, height } = await headerOf(coffee);
    const image = await edited(
      ['model', models.outpaint],
      ['type', 'outpainting'],
      ['prompt', promptOf('a wide table')],
      ['size', `${width + 200}x${height}`],
      ['output_format', 'png'],
      ['image', fileOf(coffee, 'coffee.png')],
    );
    expect(await headerOf(image)).toEqual({ format: 'png', width: width + 200, height });
    expect(differences(await pixelsOf(coffee), await pixelsOf(image), { left: 100, top: 0 }).count).toBe(0);
  });

  it('removes a background without a prompt or a mask', async () => {
    const cat = await photograph('chelsea.png');
    const image = await edited(
      ['model', models.removeBackground],
      ['type', 'background_removal'],
      ['output_format', 'webp'],
      ['image', fileOf(cat, 'cat.png')],
    );
    expect(await headerOf(image)).toEqual({ ...(await headerOf(cat)), format: 'webp' });
    expect((await sharp(image).stats()).isOpaque).toBe(false);
  });

  it('is a 400 for an outpainting that goes nowhere or too far, and for an image that is too small', async () => {
    const coffee = await photograph('coffee.png');
    const tiny = await sharp(coffee).resize(40, 40).png().toBuffer();
    const outpainting: Parts = [
      ['model', models.outpaint],
      ['type', 'outpainting'],
      ['prompt', promptOf('none')],
    ];
    const asked: readonly Parts[] = [
      [...outpainting, ['image', fileOf(coffee, 'coffee.png')]],
      [...outpainting, ['left', '2001'], ['image', fileOf(coffee, 'coffee.png')]],
      [...outpainting, ['left', '1'], ['image', fileOf(tiny, 'coffee.png')]],
    ];
    for (const parts of asked) {
      expect((await darkroom().client.submit('edits', formOf(...parts))).status).toBe(400);
    }
  });
}
