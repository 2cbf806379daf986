/**
 * FLUX.3 of Black Forest Labs, which takes shape and resolution as named values. Source: docs.comfy.org's page of
 * black-forest-labs flux-3-image; the texts of errors follow those of BFL's other models.
 */
import sharp from 'sharp';
import { fieldAnswer, integerIn, textIn } from './detail-errors.ts';
import type { Drawing } from './drawing.ts';
import type { ReceivedFile } from './received-request.ts';
import type { WireAnswer } from './vendor-wire.ts';

type Fields = Record<string, unknown>;

const ratios = [
  ...['auto', '21:9', '2:1', '16:9', '3:2', '7:5', '4:3', '5:4', '1:1'],
  ...['4:5', '3:4', '5:7', '2:3', '9:16', '1:2', '9:21'],
];
const edges: Readonly<Record<string, number>> = { '768sq': 768, '1k': 1024, '1.5k': 1536, '2k': 2048, '4k': 4096 };
const known = ['prompt', 'images', 'aspect_ratio', 'resolution', 'grounding', 'safety_tolerance', 'version'];
const maxImages = 10;

/** What BFL would refuse of a request. */
export function checkFlux3(fields: Fields | undefined, files: readonly ReceivedFile[]): WireAnswer | undefined {
  if (fields === undefined || textIn(fields, 'prompt') === undefined) {
    return fieldAnswer('prompt', 'Field required', 'missing');
  }
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) return fieldAnswer(unknown, 'Extra inputs are not permitted', 'extra_forbidden');
  const { aspect_ratio = 'auto', resolution = '1k', images = [], grounding = true } = fields;
  if (!ratios.includes(String(aspect_ratio)))
    return fieldAnswer('aspect_ratio', 'Input should be a known ratio', 'enum');
  if (!Object.hasOwn(edges, String(resolution)))
    return fieldAnswer('resolution', 'Input should be a known class', 'enum');
  if (typeof grounding !== 'boolean') return fieldAnswer('grounding', 'Input should be a valid boolean', 'bool_type');
  const tolerance = fields.safety_tolerance === undefined ? 2 : (integerIn(fields, 'safety_tolerance') ?? -1);
  if (tolerance < 0 || tolerance > 4)
    return fieldAnswer('safety_tolerance', 'Input should be 0 to 4', 'less_than_equal');
  const count = [images].flat().length;
  if (count > maxImages) return fieldAnswer('images', 'List should have at most 10 items', 'too_long');
  return files.length === count ? undefined : fieldAnswer('images', 'Invalid image');
}

/** What it draws: by default, in the shape of its first image. */
export async function flux3Drawing(fields: Fields, files: readonly ReceivedFile[]): Promise<Drawing> {
  const inputs = files.map(({ content }) => content);
  const [first] = inputs;
  const own = first === undefined ? undefined : await sharp(first).metadata();
  const [across, down] = (textIn(fields, 'aspect_ratio') ?? 'auto').split(':').map(Number);
  const shape = across && down ? across / down : own ? own.width / own.height : 1;
  const base = edges[textIn(fields, 'resolution') ?? '1k'] ?? 1024;
  const edge = (part: number) => Math.round((base * Math.sqrt(part)) / 16) * 16;
  const prompt = textIn(fields, 'prompt') ?? '';
  return {
    model: 'flux-3-image',
    prompt,
    index: 0,
    count: 1,
    format: 'png',
    compression: 95,
    transparent: false,
    inputs,
    width: edge(shape),
    height: edge(1 / shape),
    vary: /variation/i.test(prompt),
  };
}
