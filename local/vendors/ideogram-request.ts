/** What Ideogram's services take. Sources: as those of `ideogram.ts`. */
import sharp from 'sharp';
import { greyscaleMask, isProblem } from './greyscale-mask.ts';
import { isColorPalette } from './ideogram-palette.ts';
import type { ReceivedFile, ReceivedRequest } from './received-request.ts';

/** A form's rules. */
export interface IdeogramService {
  /** What the ledger calls it. */
  readonly model: string;
  readonly fields: Readonly<Record<string, RegExp | readonly string[] | ((value: string) => boolean)>>;
  /** The field for the prompt, which is then needed. */
  readonly prompt?: 'prompt' | 'text_prompt';
  /** The parts for files, and how many each may have; all are needed. */
  readonly files?: Readonly<Record<string, number>>;
  /** The default resolution: where absent, that of the first image. */
  readonly size?: string;
  readonly transparent?: boolean;
  readonly varies?: boolean;
}

const text = /^[\s\S]+$/;
const count = /^[1-8]$/;
const integer = /^\d{1,10}$/;
const flag = ['true', 'false'];
const speeds = ['TURBO', 'DEFAULT', 'QUALITY'];
const styles = ['AUTO', 'GENERAL', 'REALISTIC', 'DESIGN', 'FICTION'];

const across = (...edges: readonly number[]) => edges.join('|');
/** Each width of v3, with the heights that go with it. */
const thirdResolution = new RegExp(
  `^(?:512x1536|576x(?:${across(1408, 1472, 1536)})|640x(?:${across(1344, 1408, 1472, 1536)})|704x(?:${across(1152, 1216, 1280, 1344, 1408, 1472)})|736x1312|768x(?:${across(1088, 1216, 1280, 1344)})|800x1280|832x(?:${across(960, 1024, 1088, 1152, 1216, 1248)})|864x1152|896x(?:${across(960, 1024, 1088, 1120, 1152)})|960x(?:${across(832, 896, 1024, 1088)})|1024x(?:${across(832, 896, 960, 1024)})|1088x(?:${across(768, 832, 896, 960)})|1120x896|1152x(?:${across(704, 832, 864, 896)})|1216x(?:${across(704, 768, 832)})|1248x832|1280x(?:${across(704, 768, 800)})|1312x736|1344x(?:${across(640, 704, 768)})|1408x(?:${across(576, 640, 704)})|1472x(?:${across(576, 640, 704)})|1536x(?:${across(512, 576, 640)}))$`,
);
const fourthResolution = [
  ...['2048x2048', '1440x2880', '2880x1440', '1664x2496', '2496x1664', '1792x2240', '2240x1792', '1440x2560'],
  ...['2560x1440', '1600x2560', '2560x1600', '1728x2304', '2304x1728', '1296x3168', '3168x1296', '1152x2944'],
  ...['2944x1152', '1248x3328', '3328x1248', '1280x3072', '3072x1280'],
];
/** The size of each shape, as the pages show it; the others are near to a megapixel likewise. */
const shapes: Readonly<Record<string, string>> = {
  ...{ '1x1': '1024x1024', '16x9': '1312x736', '9x16': '736x1312', '3x2': '1248x832', '2x3': '832x1248' },
  ...{ '4x3': '1152x864', '3x4': '864x1152', '5x4': '1120x896', '4x5': '896x1120', '2x1': '1408x704' },
  ...{ '1x2': '704x1408', '3x1': '1536x512', '1x3': '512x1536', '16x10': '1280x800', '10x16': '800x1280' },
};

const made = { prompt: text, num_images: count, seed: integer, magic_prompt: ['AUTO', 'ON', 'OFF'] };
const fast = { ...made, rendering_speed: [...speeds, 'FLASH'] };
const styled = {
  ...fast,
  style_type: styles,
  style_preset: /^[0-9A-Z_]+$/,
  style_codes: /^[\dA-Fa-f]{8}$/,
  color_palette: isColorPalette,
};
const shaped = { resolution: thirdResolution, aspect_ratio: Object.keys(shapes) };
const fourth = {
  text_prompt: text,
  resolution: fourthResolution,
  rendering_speed: speeds,
  enable_copyright_detection: flag,
};

/** Each service by its path. */
export const services: Readonly<Record<string, IdeogramService>> = {
  '/v1/ideogram-v4/generate': { model: 'ideogram-v4', fields: fourth, prompt: 'text_prompt', size: '2048x2048' },
  '/v1/ideogram-v4/remix': {
    model: 'ideogram-v4',
    fields: { ...fourth, image_weight: integer },
    prompt: 'text_prompt',
    files: { image: 1 },
    size: '2048x2048',
    varies: true,
  },
  '/v1/ideogram-v3/generate': {
    model: 'ideogram-v3',
    fields: { ...styled, ...shaped, negative_prompt: text },
    prompt: 'prompt',
    size: '1024x1024',
  },
  '/v1/ideogram-v3/generate-transparent': {
    model: 'ideogram-v3',
    fields: { ...fast, rendering_speed: speeds, aspect_ratio: shaped.aspect_ratio, negative_prompt: text },
    prompt: 'prompt',
    size: '1024x1024',
    transparent: true,
  },
  '/v1/ideogram-v3/remix': {
    model: 'ideogram-v3',
    fields: { ...styled, ...shaped, negative_prompt: text, image_weight: integer },
    prompt: 'prompt',
    files: { image: 1 },
    size: '1024x1024',
    varies: true,
  },
  '/v1/ideogram-v3/inpaint': {
    model: 'ideogram-v3',
    fields: styled,
    prompt: 'prompt',
    files: { image: 1, mask: 1 },
  },
  '/v1/edit': {
    model: 'edit',
    fields: { ...made, ...shaped, transparent_background: flag },
    prompt: 'prompt',
    files: { images: 10 },
  },
  '/v1/remove-background': { model: 'remove-background', fields: {}, files: { image: 1 }, transparent: true },
};

/** A request that holds to the rules. */
export interface IdeogramAsked {
  readonly prompt: string;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly transparent: boolean;
  /** The rendering speed, by which it is charged. */
  readonly speed: string;
  readonly inputs: readonly Buffer[];
  readonly mask?: Buffer;
}

export interface IdeogramRefusal {
  readonly problem: string;
}

export const isRefusal = (value: object): value is IdeogramRefusal => 'problem' in value;

/** Validates a form as Ideogram would. Returns the parsed request, or what is wrong with it. */
export async function checkIdeogram(
  { body }: ReceivedRequest,
  service: IdeogramService,
): Promise<IdeogramAsked | IdeogramRefusal> {
  if (body.kind !== 'multipart') return { problem: 'The request must be multipart/form-data' };
  const fields = new Map([...body.fields].map(([name, values]) => [name, values[0] ?? '']));
  const problem =
    brokenValue(body.fields, service) ??
    brokenField(fields, service) ??
    brokenFile(body.files, service) ??
    (await unreadable(body.files));
  if (problem !== undefined) return { problem };
  const [image, mask] = ['image', 'mask'].map((name) => body.files.find(({ field }) => field === name)?.content);
  const clear = image && mask ? await greyscaleMask(mask, image, 'black') : undefined;
  if (clear && isProblem(clear)) return { problem: `mask ${clear.problem}` };
  const inputs = body.files.filter(({ field }) => field !== 'mask').map(({ content }) => content);
  return {
    prompt: fields.get(service.prompt ?? '') ?? '',
    count: Number(fields.get('num_images') ?? 1),
    ...(await sizeOf(fields, service, inputs[0])),
    speed: fields.get('rendering_speed') ?? 'DEFAULT',
    transparent: service.transparent ?? fields.get('transparent_background') === 'true',
    inputs,
    ...(clear ? { mask: clear } : {}),
  };
}

/** An invalid value of a field; a list is a repeated field. */
function brokenValue(fields: ReadonlyMap<string, readonly string[]>, service: IdeogramService): string | undefined {
  for (const [name, values] of fields) {
    const rule = service.fields[name];
    if (rule === undefined) return `${name} is not a known field`;
    const fits = (value: string) =>
      typeof rule === 'function' ? rule(value) : rule instanceof RegExp ? rule.test(value) : rule.includes(value);
    const unfit = values.find((value) => !fits(value));
    if (unfit !== undefined) return `${name} has no value ${unfit.slice(0, 40)}`;
  }
  return undefined;
}

function brokenField(fields: ReadonlyMap<string, string>, service: IdeogramService): string | undefined {
  if (service.prompt !== undefined && !fields.has(service.prompt)) return `${service.prompt} is required`;
  if (fields.has('style_codes') && fields.has('style_type')) return 'style_codes and style_type exclude each other';
  return fields.has('resolution') && fields.has('aspect_ratio')
    ? 'resolution and aspect_ratio exclude each other'
    : undefined;
}

function brokenFile(files: readonly ReceivedFile[], { files: wanted = {} }: IdeogramService): string | undefined {
  const unexpected = files.find(({ field }) => !Object.hasOwn(wanted, field));
  if (unexpected) return `${unexpected.field} is not a known file`;
  const large = files.find(({ content }) => content.length > 25 * 1024 * 1024);
  if (large) return `${large.field} is larger than 25MB`;
  const [wrong] = Object.entries(wanted).filter(([name, most]) => {
    const found = files.filter(({ field }) => field === name).length;
    return found === 0 || found > most;
  });
  return wrong && `${wrong[0]} must be given, at most ${wrong[1]} times`;
}

async function unreadable(files: readonly ReceivedFile[]): Promise<string | undefined> {
  for (const { field, content } of files) {
    const header =
      content.length > 0 &&
      (await sharp(content)
        .metadata()
        .catch(() => false));
    if (!header) return `${field} is not a valid image`;
  }
  return undefined;
}

async function sizeOf(fields: ReadonlyMap<string, string>, { size }: IdeogramService, image: Buffer | undefined) {
  const asked = fields.get('resolution') ?? shapes[fields.get('aspect_ratio') ?? ''] ?? size;
  if (asked === undefined && image) {
    const { width, height } = await sharp(image).metadata();
    return { width, height };
  }
  const [width = 1024, height = 1024] = (asked ?? '').split('x').map(Number);
  return { width, height };
}
