import { fieldAnswer } from './detail-errors.ts';
import { extendImage } from './extend-image.ts';
import type { FalModel } from './fal-models.ts';
import { greyscaleMask, isProblem } from './greyscale-mask.ts';
import type { ReceivedFile } from './received-request.ts';
import type { WireAnswer } from './vendor-wire.ts';

/** The input images of a request, the first with the mask by which it is drawn on, where it is. */
export interface PlacedInput {
  readonly inputs: readonly Buffer[];
  readonly mask?: Buffer;
}

/** Reads what places an edit: a mask, or a canvas. Gives the refusal of what breaks the endpoint's rules. */
export async function placedInput(
  rules: FalModel,
  fields: Record<string, unknown>,
  files: readonly ReceivedFile[],
): Promise<PlacedInput | WireAnswer> {
  const inputs = files.filter(({ field }) => field !== 'mask_url').map(({ content }) => content);
  const [first] = inputs;
  if (rules.masked && first) {
    const file = files.find(({ field }) => field === 'mask_url');
    if (!file) return fieldAnswer('mask_url', 'Failed to download the file', 'file_download_error');
    const mask = await greyscaleMask(file.content, first, 'white');
    return isProblem(mask) ? fieldAnswer('mask_url', mask.problem) : { inputs, mask };
  }
  if (!rules.extends || !first) return { inputs };
  return extended(first, fields);
}

/** Simulated for images that keep their size on the canvas, as the gateway requests; fal would scale others. */
async function extended(first: Buffer, fields: Record<string, unknown>): Promise<PlacedInput | WireAnswer> {
  const [width, height] = pairIn(fields, 'canvas_size');
  const [ownWidth, ownHeight] = pairIn(fields, 'original_image_size');
  const [left, top] = pairIn(fields, 'original_image_location');
  const extent = { left, top, right: width - ownWidth - left, bottom: height - ownHeight - top };
  if (!Object.values(extent).every((pixels) => pixels >= 0)) {
    return fieldAnswer('canvas_size', 'The image must lie on the canvas');
  }
  if (width * height >= 5000 * 5000) return fieldAnswer('canvas_size', 'Area must be less than 5000x5000 pixels');
  const { image, mask } = await extendImage(first, extent);
  return { inputs: [image], mask };
}

function pairIn(fields: Record<string, unknown>, name: string): readonly [number, number] {
  const value = fields[name];
  const isPair = Array.isArray(value) && value.length === 2 && value.every((each) => Number.isInteger(each));
  return isPair ? [value[0], value[1]] : [Number.NaN, Number.NaN];
}
