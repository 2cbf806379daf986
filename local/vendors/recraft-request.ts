/** What Recraft's services take. Sources: as those of `recraft.ts`. */
import sharp from 'sharp';
import { extendImage } from './extend-image.ts';
import { greyscaleMask, isProblem } from './greyscale-mask.ts';
import type { ReceivedRequest } from './received-request.ts';
import { type Fields, recraftBody } from './recraft-body.ts';
import { badField, recraftError } from './recraft-errors.ts';
import type { WireAnswer } from './vendor-wire.ts';

interface Service {
  readonly fields: readonly string[];
  readonly needs: readonly string[];
}

const made = ['model', 'n', 'random_seed', 'response_format', 'image_format'];
const worded = ['prompt', 'style', 'style_id', 'negative_prompt', 'controls', 'text_layout'];

/** `size` and `zoom_out_percentage`, which say the same otherwise, aren't played here. */
const expansions = ['expand_left', 'expand_top', 'expand_right', 'expand_bottom'];

/** Each service by the last part of its path. */
export const services = {
  generations: { fields: [...made, ...worded, 'size'], needs: ['prompt'] },
  imageToImage: { fields: [...made, ...worded, 'strength', 'image_url'], needs: ['prompt', 'strength', 'image_url'] },
  variateImage: { fields: [...made, 'size', 'image_url'], needs: ['size', 'image_url'] },
  inpaint: { fields: [...made, ...worded, 'image_url', 'mask_url'], needs: ['prompt', 'image_url', 'mask_url'] },
  outpaint: { fields: [...made, ...worded, ...expansions, 'image_url'], needs: ['prompt', 'image_url'] },
  removeBackground: { fields: ['response_format', 'image_url'], needs: ['image_url'] },
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof services;

const models = [
  ...['recraftv4_1', 'recraftv4_1_pro', 'recraftv4_1_utility', 'recraftv4_1_utility_pro', 'recraftv4_1_flash'],
  ...['recraftv4', 'recraftv4_pro', 'recraftv3'],
];

/** The size of each shape at V4; Pro makes twice as much of it. */
const fourth: Readonly<Record<string, string>> = {
  ...{ '1:1': '1024x1024', '2:1': '1536x768', '1:2': '768x1536', '3:2': '1280x832', '2:3': '832x1280' },
  ...{ '4:3': '1216x896', '3:4': '896x1216', '5:4': '1152x896', '4:5': '896x1152', '6:10': '832x1344' },
  ...{ '14:10': '1280x896', '10:14': '896x1280', '16:9': '1344x768', '9:16': '768x1344' },
};
const third: Readonly<Record<string, string>> = {
  ...{ '1:1': '1024x1024', '2:1': '2048x1024', '1:2': '1024x2048', '3:2': '1536x1024', '2:3': '1024x1536' },
  ...{ '4:3': '1365x1024', '3:4': '1024x1365', '5:4': '1280x1024', '4:5': '1024x1280', '6:10': '1024x1707' },
  ...{ '14:10': '1434x1024', '10:14': '1024x1434', '16:9': '1820x1024', '9:16': '1024x1820', '10:6': '1707x1024' },
};

/** A request that holds to the rules. */
export interface RecraftAsked {
  readonly model: string;
  readonly prompt: string;
  readonly format: 'png' | 'webp';
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly input: Buffer | undefined;
  /** In the form that drawing takes. */
  readonly mask?: Buffer;
  /** Whether the request asks for inline images. */
  readonly inline: boolean;
}

export const isRefusal = (value: object): value is WireAnswer => 'status' in value;

/** Validates a request as Recraft would. Returns the parsed request, or the refusal. */
export async function checkRecraft(
  { body }: ReceivedRequest,
  service: ServiceName,
  served: readonly string[] = models,
): Promise<RecraftAsked | WireAnswer> {
  const input = recraftBody(body);
  if (input === undefined) return recraftError(400, 'could not parse the request body');
  const { fields, files } = input;
  const model = String(fields.model ?? 'recraftv4_1');
  const broken = brokenRule(fields, services[service], model, served);
  if (broken !== undefined) return broken;
  const size = sizeOf(model, fields.size ?? '1:1');
  if (size === undefined) return badField('size', `${fields.size} is not supported by ${model}`);
  const file = files.find(({ field }) => field === 'image_url');
  const maskFile = files.find(({ field }) => field === 'mask_url');
  const picture = file && (await readInput(file.content));
  if (picture === 'unfit' || (fields.image_url !== undefined && !file)) {
    return badField('image', 'must be a PNG, JPG or WEBP of at most 10 MB and 16 MP, with sides of 256 to 4096');
  }
  const keepsSize = service === 'imageToImage' || service === 'removeBackground' || service === 'inpaint';
  const asked: RecraftAsked = {
    model: service === 'removeBackground' ? service : model,
    prompt: String(fields.prompt ?? ''),
    format: service === 'removeBackground' || fields.image_format === 'png' ? 'png' : 'webp',
    ...(keepsSize && picture ? { width: picture.width, height: picture.height } : size),
    count: Number(fields.n ?? 1),
    input: picture?.content,
    inline: fields.response_format === 'b64_json',
  };
  if (service === 'inpaint') return inpainted(asked, maskFile?.content);
  return service === 'outpaint' ? outpainted(asked, fields) : asked;
}

async function inpainted(asked: RecraftAsked, content: Buffer | undefined): Promise<RecraftAsked | WireAnswer> {
  if (!content || !asked.input) return badField('mask', 'is required');
  const mask = await greyscaleMask(content, asked.input, 'white');
  return isProblem(mask) ? badField('mask', mask.problem) : { ...asked, mask };
}

async function outpainted(asked: RecraftAsked, fields: Fields): Promise<RecraftAsked | WireAnswer> {
  const [left = 0, top = 0, right = 0, bottom = 0] = expansions.map((name) => Number(fields[name] ?? 0));
  const extent = { left, top, right, bottom };
  const isWhole = Object.values(extent).every((pixels) => Number.isInteger(pixels) && pixels >= 0);
  if (!isWhole || left + top + right + bottom === 0) return badField('expand_left', 'set at least one of expand_*');
  if (!asked.input) return badField('image', 'is required');
  const { image, mask, width, height } = await extendImage(asked.input, extent);
  if (Math.max(width, height) > 4096) return badField('expand_left', 'the result must not exceed 4096 px');
  return { ...asked, input: image, mask, width, height };
}

function brokenRule(
  fields: Fields,
  { fields: known, needs }: Service,
  model: string,
  served: readonly string[],
): WireAnswer | undefined {
  const unexpected = Object.keys(fields).find((name) => !known.includes(name));
  if (unexpected !== undefined) return badField(unexpected, 'is not a known parameter');
  const missing = needs.find((name) => fields[name] === undefined || fields[name] === '');
  if (missing !== undefined) return badField(missing, 'is required');
  if (!served.includes(model)) return badField('model', `${model} is not known`);
  const older = model === 'recraftv3';
  if (String(fields.prompt ?? '').length > (older ? 1000 : 10_000)) return badField('prompt', 'is too long');
  const onlyOlder = ['style', 'negative_prompt', 'text_layout'].find((name) => fields[name] !== undefined);
  if (onlyOlder !== undefined && !older) return badField(onlyOlder, `is not supported by ${model}`);
  const count = fields.n ?? 1;
  if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > 6) return badField('n', 'must be 1 to 6');
  const { strength = 0, response_format = 'url', image_format = 'webp' } = fields;
  if (typeof strength !== 'number' || strength < 0 || strength > 1) return badField('strength', 'must be 0 to 1');
  if (!['url', 'b64_json'].includes(String(response_format))) return badField('response_format', 'is not known');
  return ['png', 'webp'].includes(String(image_format)) ? undefined : badField('image_format', 'must be png or webp');
}

/** The pixels of `WxH` or `w:h`, where the model makes that. */
function sizeOf(model: string, asked: unknown): { readonly width: number; readonly height: number } | undefined {
  const scale = model.endsWith('_pro') ? 2 : 1;
  const table = model === 'recraftv3' ? third : fourth;
  for (const [shape, size] of Object.entries(table)) {
    const [width = 0, height = 0] = size.split('x').map((edge) => Number(edge) * scale);
    if (asked === shape || asked === `${width}x${height}`) return { width, height };
  }
  return undefined;
}

async function readInput(content: Buffer) {
  const header = await sharp(content)
    .metadata()
    .catch(() => undefined);
  if (header === undefined || content.length > 10 * 1024 * 1024) return 'unfit';
  const { width, height } = header;
  const fits = Math.min(width, height) >= 256 && Math.max(width, height) <= 4096 && width * height <= 16_777_216;
  return fits ? { content, width, height } : 'unfit';
}
