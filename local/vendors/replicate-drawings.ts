import sharp from 'sharp';
import { textIn } from './detail-errors.ts';
import type { Drawing } from './drawing.ts';
import { extendImage } from './extend-image.ts';
import { greyscaleMask, isProblem } from './greyscale-mask.ts';
import type { ReceivedFile } from './received-request.ts';
import type { ReplicateModel } from './replicate-model.ts';
import { replicateModels } from './replicate-models.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a prediction's images show. */
export async function drawingsOf(
  model: string,
  input: Readonly<Record<string, unknown>>,
  files: readonly ReceivedFile[],
): Promise<readonly Drawing[]> {
  const draws = replicateModels[model]?.draws;
  const [first] = files;
  const own = first === undefined ? undefined : await sharp(first.content).metadata();
  const count = Number(input.num_outputs ?? 1);
  const formats = replicateModels[model]?.fields.output_format;
  const makesWebp = Array.isArray(formats) && formats.includes('webp');
  const asked = textIn(input, 'output_format') ?? (makesWebp ? 'webp' : 'png');
  const painted = await paintingOf(draws, input, files);
  const drawing = {
    model,
    prompt: textIn(input, 'prompt') ?? '',
    ...sizeOf(input, own),
    count,
    format: asked === 'jpg' ? 'jpeg' : asked === 'png' ? 'png' : 'webp',
    compression: Number(input.output_quality ?? 80),
    transparent: draws === 'cutout',
    inputs: files.map((file) => file.content),
    ...painted,
    vary: draws === 'variation' || /variation/i.test(textIn(input, 'prompt') ?? ''),
  } as const;
  return Array.from({ length: count }, (_, index) => ({ ...drawing, index }));
}

/** An image of which only a part is painted: the masked area, or the new part of a canvas. */
async function paintingOf(
  draws: ReplicateModel['draws'],
  input: Readonly<Record<string, unknown>>,
  files: readonly ReceivedFile[],
): Promise<Partial<Pick<Drawing, 'inputs' | 'mask' | 'width' | 'height'>>> {
  const [image, mask] = imageAndMask(files);
  if (draws === 'fill' && image && mask) {
    const clear = await greyscaleMask(mask, image, 'white');
    return isProblem(clear) ? {} : { inputs: [image], mask: clear };
  }
  if (draws !== 'expansion' || !image || input.aspect_ratio !== 'none') return {};
  const [whole, own, at] = ['canvas_size', 'original_image_size', 'original_image_location'].map((name) => {
    const [across = 0, down = 0] = input[name] as readonly number[];
    return { across, down };
  });
  if (!whole || !own || !at) return {};
  const extent = { left: at.across, top: at.down };
  const right = whole.across - own.across - at.across;
  const extended = await extendImage(image, { ...extent, right, bottom: whole.down - own.down - at.down });
  return { width: extended.width, height: extended.height, inputs: [extended.image], mask: extended.mask };
}

/** The image of a prediction that has one, and the mask that goes with it. */
export const imageAndMask = (files: readonly ReceivedFile[]): readonly (Buffer | undefined)[] =>
  ['image', 'mask'].map((name) => files.find(({ field }) => field === `input.${name}`)?.content);

/** The requested pixels, or the requested shape and megapixels, or the size of the image. */
function sizeOf(input: Readonly<Record<string, unknown>>, own: Size | undefined): Size {
  const ratio = textIn(input, 'aspect_ratio') ?? (own ? 'match_input_image' : '1:1');
  if (ratio === 'custom') return { width: Number(input.width ?? 1024), height: Number(input.height ?? 768) };
  if (ratio === 'match_input_image' && own) return { width: own.width, height: own.height };
  const [across = 1, down = 1] = ratio.split(':').map(Number);
  const shape = across / down > 0 ? across / down : 1;
  const pixels = 1024 * 1024 * (Number.parseFloat(textIn(input, 'megapixels') ?? '1') || 1);
  const edge = (part: number) => Math.round(Math.sqrt(pixels * part) / 16) * 16;
  return { width: edge(shape), height: edge(1 / shape) };
}
