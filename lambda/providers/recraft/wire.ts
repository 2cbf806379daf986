import type { FailureKind } from '../../domain/failure.ts';
import type { EditType, ImageRequest, JsonValue, Margins } from '../../domain/generation.ts';
import type { InputImage } from '../../domain/images/image.ts';
import { nearestRatio, sizeText } from '../../planning/size-plan.ts';
import type { ImagesApiProfile, WordedParameters } from '../formats/images-api-request.ts';
import { costSaid } from '../wire/cost-said.ts';
import { extraValue } from '../wire/extra-value.ts';
import { messageIn } from '../wire/failures/error-message.ts';
import { limitOfAccount, type SaidOfFailure } from '../wire/failures/status-failure.ts';
import { idleFields } from '../wire/idle-fields.ts';
import { fieldOf, parseJson, present, textOf } from '../wire/json-fields.ts';

/**
 * Recraft's dialect: generations as OpenAI's, a service of its own for each other operation, and input images as data URLs in
 * `image_url`, since forms can't hold nested fields. Answers are addresses that live for a day.
 * https://www.recraft.ai/docs/api-reference/endpoints
 */
export const recraftProfile: ImagesApiProfile = {
  paths: {
    generation: '/images/generations',
    edit: ({ editType }) => `/images/${editType === undefined ? 'imageToImage' : editServices[editType]}`,
    variation: '/images/variateImage',
  },
  responseFormat: 'url',
  images: {
    sentAs: 'json',
    // No service takes more than one.
    fields: ([image], mask) => ({
      ...(image ? { image_url: image } : {}),
      ...(mask ? { mask_url: mask } : {}),
    }),
  },
  words,
  costIn: (answer) => costSaid(fieldOf(answer, 'credits'), microsPerCredit),
  failureSaid,
};

/** `credits` are API units, of which 1,000 cost a dollar: recraft.ai/docs/api-reference, getting started and pricing. */
const microsPerCredit = 1_000;

/** The service for each type of edit. */
const editServices: Readonly<Record<EditType, string>> = {
  inpainting: 'inpaint',
  outpainting: 'outpaint',
  background_removal: 'removeBackground',
};

/** The default of `strength`, which every edit requires, where the caller sends none. */
const defaultStrength = 0.5;

type Fields = Readonly<Record<string, JsonValue | undefined>>;

function words(request: ImageRequest): WordedParameters {
  const { operation, editType, size, parameters, images } = request;
  const { output_format, seed, ...others } = parameters;
  const { strength, controls, style } = extrasOf(request);
  const common: Fields = { image_format: output_format, random_seed: seed };
  if (editType === 'background_removal') {
    return { fields: { ...common, model: undefined, prompt: undefined, n: undefined } };
  }
  if (operation === 'generation') {
    const fields = { ...common, ...others, controls, size: size && sizeText(size), strength: undefined };
    return { fields, warnings: idleFields({ strength }, 'it applies to edits with an image only') };
  }
  if (editType !== undefined) {
    const fields = {
      ...common,
      ...others,
      style,
      ...expansion(request.margins),
      strength: undefined,
      controls: undefined,
    };
    return { fields, warnings: idleFields({ strength, controls }, 'it applies to edits without a `type` only') };
  }
  if (operation === 'edit') {
    return { fields: { ...common, ...others, controls, strength: strength ?? defaultStrength } };
  }
  return {
    fields: {
      ...common,
      // Nothing else is taken, and the size can't be left to the service.
      size: size ? sizeText(size) : shapeOf(images[0]),
      strength: undefined,
      controls: undefined,
      style: undefined,
    },
    warnings: idleFields({ strength, controls, style, ...others }, "Recraft's variations do not take it"),
  };
}

const expansion = (margins: Margins | undefined): Fields =>
  margins
    ? {
        expand_left: margins.left,
        expand_top: margins.top,
        expand_right: margins.right,
        expand_bottom: margins.bottom,
      }
    : {};

/** Forms bring them as text. The contract has no style for edits, but Recraft has. */
const extrasOf = ({ extra }: ImageRequest) => ({
  strength: extraValue(extra.strength),
  controls: extraValue(extra.controls),
  style: extra.style,
});

/** The shapes that all models have. */
const ratios = [
  ...['1:1', '2:1', '1:2', '3:2', '2:3', '4:3', '3:4', '5:4', '4:5'],
  ...['6:10', '14:10', '10:14', '16:9', '9:16'],
];

/** The shape that comes nearest to that of an image. */
const shapeOf = (image: InputImage | undefined): string | undefined =>
  image && nearestRatio(ratios, image.width / image.height);

/** Codes and messages that are more specific than their status. None of them is documented. */
const kindsBySaying: readonly (readonly [RegExp, FailureKind])[] = [
  [/moderat|nsfw|content.?policy|prohibited|inappropriate/i, 'refused'],
  [/not.?enough.?(credits|units)|insufficient.?(credits|balance|quota)/i, 'billing'],
];

/**
 * Parses an error, which Recraft documents as plain text in some cases and JSON in others. A proxy's HTML page is
 * neither. https://www.recraft.ai/docs/api-reference/error-handling
 */
export function failureSaid(status: number, body: string): SaidOfFailure {
  const message = messageIn(body);
  const parsed = parseJson(body);
  const code = textOf(parsed, 'code') ?? textOf(fieldOf(parsed, 'error'), 'code');
  const said = `${code ?? ''} ${message ?? ''}`;
  const kind = kindsBySaying.find(([pattern]) => pattern.test(said))?.[1];
  return present({ message, kind, ...limitOfAccount(status) });
}
