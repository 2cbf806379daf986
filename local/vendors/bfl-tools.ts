/**
 * FLUX.1 Fill and Expand [pro] of Black Forest Labs. Sources: api.bfl.ai/openapi.json (FluxProFillInputs,
 * FluxProExpandInputs), docs.bfl.ai "FLUX.1 Fill [pro]". An alpha channel in place of a mask isn't played here.
 */
import sharp from 'sharp';
import { fieldAnswer, integerIn } from './detail-errors.ts';
import type { Drawing } from './drawing.ts';
import { extendImage } from './extend-image.ts';
import { greyscaleMask, isProblem } from './greyscale-mask.ts';
import type { ReceivedFile } from './received-request.ts';
import type { WireAnswer } from './vendor-wire.ts';

type Fields = Record<string, unknown>;

/** What is drawn on, and where. */
export type ToolInput = Pick<Drawing, 'inputs' | 'mask' | 'width' | 'height'>;

export const bflTools = ['flux-pro-1.0-fill', 'flux-pro-1.0-expand'];

const sides = ['top', 'bottom', 'left', 'right'] as const;
const common = [
  'image',
  'prompt',
  'steps',
  'prompt_upsampling',
  'seed',
  'guidance',
  'output_format',
  'safety_tolerance',
];

/** Reads a tool's input as BFL would. Gives the refusal of what breaks its schema. */
export async function toolInput(
  model: string,
  fields: Fields,
  files: readonly ReceivedFile[],
): Promise<ToolInput | WireAnswer> {
  const known = [...common, ...(model.endsWith('fill') ? ['mask'] : sides)];
  const unexpected = Object.keys(fields).find((name) => !known.includes(name));
  if (unexpected !== undefined) return fieldAnswer(unexpected, 'Extra inputs are not permitted', 'extra_forbidden');
  const steps = fields.steps === undefined ? 50 : (integerIn(fields, 'steps') ?? 0);
  if (steps < 15 || steps > 50) return fieldAnswer('steps', 'Input should be from 15 to 50');
  if (!['jpeg', 'png'].includes(String(fields.output_format ?? 'jpeg'))) {
    return fieldAnswer('output_format', "Input should be 'jpeg' or 'png'", 'enum');
  }
  const image = files.find(({ field }) => field === 'image')?.content;
  if (!image) return fieldAnswer('image', 'Field required', 'missing');
  return model.endsWith('fill') ? filled(image, files) : expanded(image, fields);
}

async function filled(image: Buffer, files: readonly ReceivedFile[]): Promise<ToolInput | WireAnswer> {
  const file = files.find(({ field }) => field === 'mask');
  if (!file) return fieldAnswer('mask', 'Field required', 'missing');
  const mask = await greyscaleMask(file.content, image, 'white');
  if (isProblem(mask)) return fieldAnswer('mask', mask.problem);
  const { width, height } = await sharp(image).metadata();
  return { inputs: [image], mask, width, height };
}

async function expanded(input: Buffer, fields: Fields): Promise<ToolInput | WireAnswer> {
  const odd = sides.find((side) => {
    const pixels = fields[side] === undefined ? 0 : (integerIn(fields, side) ?? -1);
    return pixels < 0 || pixels > 2048;
  });
  if (odd !== undefined) return fieldAnswer(odd, 'Input should be from 0 to 2048');
  const [top = 0, bottom = 0, left = 0, right = 0] = sides.map((side) => integerIn(fields, side) ?? 0);
  const { image, mask, width, height } = await extendImage(input, { top, bottom, left, right });
  return { inputs: [image], mask, width, height };
}
