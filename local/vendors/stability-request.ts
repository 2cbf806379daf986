/** What the services of Stability's v2beta take. Sources: as those of `stability.ts`. */

import type { ReceivedFile, ReceivedRequest } from './received-request.ts';
import { badField, stabilityError } from './stability-errors.ts';
import { paintedPart, readPicture, type StabilityPicture, stabilitySizes } from './stability-pictures.ts';
import type { WireAnswer } from './vendor-wire.ts';

export interface StabilityService {
  readonly fields: readonly string[];
  readonly formats: readonly string[];
  readonly image: 'needed' | 'possible' | 'unknown';
  /** Whether the image may have a mask. */
  readonly mask?: boolean;
  /** How many times its short side an image's long one may be. @default any */
  readonly widest?: number;
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
  'edit/inpaint': {
    fields: ['prompt', 'negative_prompt', 'seed', 'output_format', 'style_preset', 'grow_mask'],
    formats: allFormats,
    image: 'needed',
    mask: true,
    needsPrompt: true,
  },
  'edit/outpaint': {
    fields: ['prompt', 'seed', 'output_format', 'style_preset', 'creativity', 'left', 'right', 'up', 'down'],
    formats: allFormats,
    image: 'needed',
    widest: 2.5,
    needsPrompt: false,
  },
  'edit/remove-background': {
    fields: ['output_format'],
    formats: ['png', 'webp'],
    image: 'needed',
    widest: 2.5,
    needsPrompt: false,
  },
} as const satisfies Record<string, StabilityService>;

export type ServiceName = keyof typeof stabilityServices;

const diffusionModels = ['sd3.5-large', 'sd3.5-large-turbo', 'sd3.5-medium'];
const maxRequestBytes = 10 * 1024 * 1024;

/** A request that holds to the rules. */
export interface StabilityAsked {
  readonly prompt: string;
  readonly format: 'png' | 'jpeg' | 'webp';
  readonly width: number;
  readonly height: number;
  readonly input: Buffer | undefined;
  /** As drawings want it: clear where the picture is to change. */
  readonly mask?: Buffer;
}

export const isRefusal = (value: object): value is WireAnswer => 'status' in value;

type FieldOf = (name: string) => string | undefined;

/** The first value of a form's field. */
export const fieldOf = ({ body }: ReceivedRequest, name: string): string | undefined =>
  body.kind === 'multipart' ? body.fields.get(name)?.[0] : undefined;

/** Validates a request as Stability would. Returns the parsed request, or the refusal. */
export async function checkStability(
  request: ReceivedRequest,
  service: ServiceName,
): Promise<StabilityAsked | WireAnswer> {
  const { body } = request;
  if (body.kind !== 'multipart') return badField('content-type', 'must be multipart/form-data');
  const rules: StabilityService = stabilityServices[service];
  const field: FieldOf = (name) => fieldOf(request, name);
  const unexpected = [...body.fields.keys()].find((name) => !rules.fields.includes(name));
  if (unexpected !== undefined) return badField(unexpected, 'is not a known parameter');
  const prompt = field('prompt') ?? '';
  if ((rules.needsPrompt || field('prompt') !== undefined) && prompt === '')
    return badField('prompt', 'cannot be blank');
  if (prompt.length > 10_000) return badField('prompt', 'must be at most 10000 characters');
  const format = field('output_format') ?? 'png';
  if (!rules.formats.includes(format)) return badField('output_format', `must be one of ${rules.formats.join(', ')}`);
  const size = stabilitySizes[field('aspect_ratio') ?? '1:1'];
  if (size === undefined) {
    return badField('aspect_ratio', `must be one of ${Object.keys(stabilitySizes).join(', ')}`);
  }
  const picture = await pictureOf(body.files.filter(isSent), rules);
  if (picture !== undefined && isRefusal(picture)) return picture;
  const refusal = checkWords(field, service, picture !== undefined);
  if (refusal !== undefined) return refusal;
  const [width, height] = size;
  const asked = { prompt, format: format as StabilityAsked['format'] };
  // Ultra repaints an image completely, the others keep its size.
  if (picture === undefined) return { ...asked, width, height, input: undefined };
  if (service === 'generate/ultra') return { ...asked, width, height, input: picture.content };
  const mask = body.files.find((each) => each.field === 'mask')?.content;
  const part = await paintedPart(picture, mask, rules.fields.includes('left') ? field : undefined);
  return 'problem' in part ? badField(part.field, part.problem) : { ...asked, ...part };
}

/**
 * The documented call in Python sends an empty part `none` where there is no image, so that its library writes a form
 * at all.
 * https://platform.stability.ai/docs/api-reference
 */
const isSent = ({ field, content }: ReceivedFile): boolean => field !== 'none' || content.length > 0;

/** Validates the numeric fields, the strength of an image, and the model names of a shared service. */
function checkWords(field: FieldOf, service: ServiceName, hasImage: boolean): WireAnswer | undefined {
  const seed = Number(field('seed') ?? 0);
  if (!Number.isInteger(seed) || seed < 0 || seed > 4_294_967_294) return badField('seed', 'must be a 32 bit number');
  const grown = Number(field('grow_mask') ?? 0);
  if (!(grown >= 0 && grown <= 20)) return badField('grow_mask', 'must be between 0 and 20');
  const creativity = Number(field('creativity') ?? 0.5);
  if (!(creativity >= 0 && creativity <= 1)) return badField('creativity', 'must be between 0 and 1');
  if (service.startsWith('edit/')) return undefined;
  const strength = Number(field('strength'));
  if (hasImage && !(strength >= 0 && strength <= 1)) return badField('strength', 'must be between 0 and 1');
  if (!hasImage && field('strength') !== undefined) return badField('strength', 'needs an image');
  return service === 'generate/sd3' ? checkDiffusion(field, hasImage) : undefined;
}

function checkDiffusion(field: FieldOf, hasImage: boolean): WireAnswer | undefined {
  if (!diffusionModels.includes(field('model') ?? 'sd3.5-large')) {
    return badField('model', `must be one of ${diffusionModels.join(', ')}`);
  }
  const isEdit = field('mode') === 'image-to-image';
  if (isEdit !== hasImage) return badField('image', isEdit ? 'is required' : 'needs the mode image-to-image');
  if (isEdit && field('aspect_ratio') !== undefined) return badField('aspect_ratio', 'is for text-to-image alone');
  return undefined;
}

async function pictureOf(
  files: readonly ReceivedFile[],
  rules: StabilityService,
): Promise<StabilityPicture | WireAnswer | undefined> {
  const known = rules.mask === true ? ['image', 'mask'] : ['image'];
  const unexpected = files.find(({ field }) => rules.image === 'unknown' || !known.includes(field));
  if (unexpected !== undefined) return badField(unexpected.field, 'is not a known parameter');
  const [file, second] = files.filter(({ field }) => field === 'image');
  if (second !== undefined) return badField('image', 'must be a single image');
  if (file === undefined) return rules.image === 'needed' ? badField('image', 'is required') : undefined;
  if (files.reduce((sum, { content }) => sum + content.length, 0) > maxRequestBytes) {
    return stabilityError(413, ['payload must not exceed 10 MiB']);
  }
  const picture = await readPicture(file.content, rules.widest ?? Number.POSITIVE_INFINITY);
  return typeof picture === 'string' ? badField('image', picture) : picture;
}
