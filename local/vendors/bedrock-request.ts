/** What Stability's models take on Bedrock. Sources: as those of `bedrock.ts`. */
import { malformedInput } from './bedrock-errors.ts';
import { decodeBase64 } from './receive-request.ts';
import { paintedPart, readPicture, stabilitySizes } from './stability-pictures.ts';
import type { WireAnswer } from './vendor-wire.ts';

interface ModelRules {
  readonly fields: readonly string[];
  readonly needs: readonly string[];
  readonly formats: readonly string[];
  /** How many times its short side an image's long one may be. @default any */
  readonly widest?: number;
  /** The regions that serve it by its own id. @default none: it is called by the profile `us.` */
  readonly onDemandIn?: readonly string[];
}

const generation = ['prompt', 'negative_prompt', 'aspect_ratio', 'seed', 'output_format'];
const painting = ['image', 'prompt', 'seed', 'output_format', 'style_preset'];
const generator: ModelRules = {
  fields: generation,
  needs: ['prompt'],
  formats: ['png', 'jpeg'],
  onDemandIn: ['us-west-2'],
};

/** Each model by its own id. */
export const bedrockRules: Readonly<Record<string, ModelRules>> = {
  'stability.stable-image-ultra-v1:1': generator,
  'stability.stable-image-core-v1:1': generator,
  'stability.sd3-5-large-v1:0': { ...generator, fields: [...generation, 'mode', 'image', 'strength'] },
  'stability.stable-image-inpaint-v1:0': {
    fields: [...painting, 'negative_prompt', 'mask', 'grow_mask'],
    needs: ['image', 'prompt'],
    formats: ['png', 'jpeg', 'webp'],
  },
  'stability.stable-outpaint-v1:0': {
    fields: [...painting, 'creativity', 'left', 'right', 'up', 'down'],
    needs: ['image'],
    formats: ['png', 'jpeg', 'webp'],
    widest: 2.5,
  },
  'stability.stable-image-remove-background-v1:0': {
    fields: ['image', 'output_format'],
    needs: ['image'],
    formats: ['png', 'webp'],
    widest: 2.5,
  },
};

/** A request that holds to the rules. */
export interface BedrockAsked {
  readonly prompt: string;
  readonly format: 'png' | 'jpeg' | 'webp';
  readonly width: number;
  readonly height: number;
  readonly input?: Buffer;
  /** As drawings want it: clear where the picture is to change. */
  readonly mask?: Buffer;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isRefusal = (value: object): value is WireAnswer => 'status' in value;

/** Validates a body as the model would. Returns the parsed request, or the refusal. */
export async function checkBedrock(model: string, fields: Fields): Promise<BedrockAsked | WireAnswer> {
  const rules = bedrockRules[model];
  if (rules === undefined) throw new TypeError(`The simulator has no rules for ${model}.`);
  const broken = brokenRule(model, rules, fields);
  if (broken !== undefined) return malformedInput(broken);
  const [width = 1024, height = 1024] = stabilitySizes[String(fields.aspect_ratio ?? '1:1')] ?? [];
  const asked = {
    prompt: String(fields.prompt ?? ''),
    format: String(fields.output_format ?? 'png') as BedrockAsked['format'],
  };
  if (fields.image === undefined) return { ...asked, width, height };
  const content = decodeBase64(String(fields.image))?.content;
  const picture = content && (await readPicture(content, rules.widest ?? Number.POSITIVE_INFINITY));
  if (picture === undefined || typeof picture === 'string') {
    return malformedInput(`#/image: ${picture ?? 'is no image in base64'}`);
  }
  const mask = fields.mask === undefined ? undefined : decodeBase64(String(fields.mask))?.content;
  if (fields.mask !== undefined && mask === undefined) return malformedInput('#/mask: is no image in base64');
  const part = await paintedPart(picture, mask, rules.fields.includes('left') ? (name) => fields[name] : undefined);
  return 'problem' in part ? malformedInput(`#/${part.field}: ${part.problem}`) : { ...asked, ...part };
}

function brokenRule(model: string, rules: ModelRules, fields: Fields): string | undefined {
  const unexpected = Object.keys(fields).find((name) => !rules.fields.includes(name));
  if (unexpected !== undefined) return `#: extraneous key [${unexpected}] is not permitted`;
  const missing = rules.needs.find((name) => fields[name] === undefined);
  if (missing !== undefined) return `#: required key [${missing}] not found`;
  const wrong = Object.entries(checks).find(
    ([name, isRight]) => fields[name] !== undefined && !isRight(fields[name], rules),
  );
  if (wrong !== undefined) return `#/${wrong[0]}: ${JSON.stringify(fields[wrong[0]])} is not a valid value`;
  return model === 'stability.sd3-5-large-v1:0' ? brokenMode(fields) : undefined;
}

const between = (least: number, most: number) => (value: unknown) =>
  typeof value === 'number' && value >= least && value <= most;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 10_000;

const checks: Readonly<Record<string, (value: unknown, rules: ModelRules) => boolean>> = {
  prompt: isText,
  negative_prompt: isText,
  style_preset: isText,
  aspect_ratio: (value) => typeof value === 'string' && Object.hasOwn(stabilitySizes, value),
  seed: (value) => Number.isInteger(value) && between(0, 4_294_967_294)(value),
  output_format: (value, { formats }) => typeof value === 'string' && formats.includes(value),
  strength: between(0, 1),
  creativity: between(0, 1),
  grow_mask: between(0, 20),
  left: between(0, 2000),
  right: between(0, 2000),
  up: between(0, 2000),
  down: between(0, 2000),
};

/** What goes with an image in the model that makes images from both. */
function brokenMode({ mode = 'text-to-image', image, strength, aspect_ratio }: Fields): string | undefined {
  if (mode === 'text-to-image') return image === undefined ? undefined : '#: extraneous key [image] is not permitted';
  if (mode !== 'image-to-image') return `#/mode: ${String(mode)} is not a valid enum value`;
  if (image === undefined) return '#: required key [image] not found';
  if (strength === undefined) return '#: required key [strength] not found';
  return aspect_ratio === undefined ? undefined : '#: extraneous key [aspect_ratio] is not permitted';
}
