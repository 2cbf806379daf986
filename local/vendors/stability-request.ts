/**
 * What the services of Stability's v2beta take. Sources: as those of `stability.ts`; the pixels of each shape are those
 * that the models were trained on.
 */
import sharp from 'sharp';
import { badField } from './stability-errors.ts';
import type { ReceivedRequest, WireAnswer } from './vendor-wire.ts';

export interface StabilityService {
  readonly fields: readonly string[];
  readonly formats: readonly string[];
  readonly image: 'needed' | 'possible' | 'unknown';
  readonly needsPrompt: boolean;
}

const generation = ['prompt', 'negative_prompt', 'aspect_ratio', 'seed', 'output_format', 'style_preset'];
const allFormats = ['png', 'jpeg', 'webp'];

/** Each service by its path. */
export const stabilityServices = {
  'generate/ultra': {
    fields: [...generation, 'strength'],
    formats: allFormats,
    image: 'possible',
    needsPrompt: true,
  },
  'generate/core': { fields: generation, formats: allFormats, image: 'unknown', needsPrompt: true },
  'generate/sd3': {
    fields: [...generation, 'strength', 'mode', 'model', 'cfg_scale'],
    formats: ['png', 'jpeg'],
    image: 'possible',
    needsPrompt: true,
  },
  'edit/remove-background': {
    fields: ['output_format'],
    formats: ['png', 'webp'],
    image: 'needed',
    needsPrompt: false,
  },
} as const satisfies Record<string, StabilityService>;

export type ServiceName = keyof typeof stabilityServices;

const sizes: Readonly<Record<string, readonly [width: number, height: number]>> = {
  '21:9': [1536, 640],
  '16:9': [1344, 768],
  '3:2': [1216, 832],
  '5:4': [1088, 896],
  '1:1': [1024, 1024],
  '4:5': [896, 1088],
  '2:3': [832, 1216],
  '9:16': [768, 1344],
  '9:21': [640, 1536],
};

const diffusionModels = ['sd3.5-large', 'sd3.5-large-turbo', 'sd3.5-medium'];
const mostImageBytes = 10 * 1024 * 1024;

/** A request that holds to the rules. */
export interface StabilityAsked {
  readonly prompt: string;
  readonly format: 'png' | 'jpeg' | 'webp';
  readonly width: number;
  readonly height: number;
  readonly input: Buffer | undefined;
}

export const isRefusal = (value: object): value is WireAnswer => 'status' in value;

/** The first value of a form's field. */
export const fieldOf = ({ body }: ReceivedRequest, name: string): string | undefined =>
  body.kind === 'multipart' ? body.fields.get(name)?.[0] : undefined;

/** Checks a request as Stability would. Gives what it asks for, or the refusal. */
export async function checkStability(
  request: ReceivedRequest,
  service: ServiceName,
): Promise<StabilityAsked | WireAnswer> {
  const { body } = request;
  if (body.kind !== 'multipart') return badField('content-type', 'must be multipart/form-data');
  const rules: StabilityService = stabilityServices[service];
  const field = (name: string) => fieldOf(request, name);
  const stranger = [...body.fields.keys()].find((name) => !rules.fields.includes(name));
  if (stranger !== undefined) return badField(stranger, 'is not a known parameter');
  const prompt = field('prompt') ?? '';
  if (rules.needsPrompt && prompt === '') return badField('prompt', 'cannot be blank');
  if (prompt.length > 10_000) return badField('prompt', 'must be at most 10000 characters');
  const format = field('output_format') ?? 'png';
  if (!rules.formats.includes(format)) return badField('output_format', `must be one of ${rules.formats.join(', ')}`);
  const size = sizes[field('aspect_ratio') ?? '1:1'];
  if (size === undefined) return badField('aspect_ratio', `must be one of ${Object.keys(sizes).join(', ')}`);
  const image = await inputOf(request, rules);
  if (image !== undefined && isRefusal(image)) return image;
  const refusal = checkMode(field, service, image !== undefined);
  if (refusal !== undefined) return refusal;
  const [width, height] = size;
  // Ultra paints anew from an image, the others within its size.
  const kept = image !== undefined && service !== 'generate/ultra' ? image : { width, height };
  return {
    prompt,
    format: format as StabilityAsked['format'],
    width: kept.width,
    height: kept.height,
    input: image?.content,
  };
}

/** What holds for images beside words, and for the names of the models that share a service. */
function checkMode(
  field: (name: string) => string | undefined,
  service: ServiceName,
  hasImage: boolean,
): WireAnswer | undefined {
  if (service === 'edit/remove-background') return undefined;
  const strength = Number(field('strength'));
  if (hasImage && !(strength >= 0 && strength <= 1)) return badField('strength', 'must be between 0 and 1');
  if (!hasImage && field('strength') !== undefined) return badField('strength', 'needs an image');
  const seed = Number(field('seed') ?? 0);
  if (!Number.isInteger(seed) || seed < 0 || seed > 4_294_967_294) return badField('seed', 'must be a 32 bit number');
  if (service !== 'generate/sd3') return undefined;
  if (!diffusionModels.includes(field('model') ?? 'sd3.5-large')) {
    return badField('model', `must be one of ${diffusionModels.join(', ')}`);
  }
  const isEdit = field('mode') === 'image-to-image';
  if (isEdit !== hasImage) return badField('image', isEdit ? 'is required' : 'needs the mode image-to-image');
  if (isEdit && field('aspect_ratio') !== undefined) return badField('aspect_ratio', 'is for text-to-image alone');
  return undefined;
}

interface Input {
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
}

async function inputOf({ body }: ReceivedRequest, rules: StabilityService): Promise<Input | WireAnswer | undefined> {
  const files = body.kind === 'multipart' ? body.files : [];
  const [file, second] = files;
  if (file === undefined) return rules.image === 'needed' ? badField('image', 'is required') : undefined;
  if (second !== undefined || file.field !== 'image' || rules.image === 'unknown') {
    return badField(second?.field ?? file.field, 'is not a known parameter');
  }
  if (file.content.length > mostImageBytes) return badField('image', 'must be at most 10 MiB');
  const header = await sharp(file.content)
    .metadata()
    .catch(() => undefined);
  if (header === undefined) return badField('image', 'must be a valid image');
  if (header.width < 64 || header.height < 64) return badField('image', 'must have sides of at least 64 pixels');
  return { content: file.content, width: header.width, height: header.height };
}
