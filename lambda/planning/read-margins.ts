import { ProviderFailure } from '../domain/failure.ts';
import type { JsonObject, JsonValue, Margins, Submission, Warning } from '../domain/generation.ts';
import { parseAspectRatio, parseSize, type Size } from './size-plan.ts';

/** The names of the caller's parameters for an outpainting's sides, Bifrost's and ours. */
export const marginFields = { left: 'left', right: 'right', up: 'top', down: 'bottom' } as const satisfies Record<
  string,
  keyof Margins
>;
type MarginField = keyof typeof marginFields;
const fieldNames = Object.keys(marginFields) as MarginField[];

/** Max margin per side, whatever the model: a longer one is a typo. */
const widestMargin = 16_384;

/** How far an outpainting goes, and what of the submission isn't heeded for it. */
export interface WishedMargins {
  readonly margins: Margins;
  readonly warnings: readonly Warning[];
}

/**
 * Reads how far an image is to be extended: off `left`, `right`, `up` and `down` where one of them is given, else off the
 * `size` of the whole picture, else off its `aspect_ratio`, with the image in the middle. Throws ProviderFailure `invalid`
 * where they say nothing, or nothing that holds the image and more.
 */
export function readMargins(submission: Submission, image: Size): WishedMargins {
  const { parameters, extra } = submission;
  const size = spoken(parameters.size);
  const ratio = spoken(parameters.aspect_ratio);
  // The picture is extended as it is, so that its own pixels say how fine the whole is.
  const warnings = idle('resolution', spoken(parameters.resolution));
  if (fieldNames.some((name) => extra[name] !== undefined)) {
    return {
      margins: marginsInFields(extra),
      warnings: [...idle('size', size), ...idle('aspect_ratio', ratio), ...warnings],
    };
  }
  if (size !== undefined) {
    return { margins: marginsOfSize(size, image), warnings: [...idle('aspect_ratio', ratio), ...warnings] };
  }
  if (ratio !== undefined) return { margins: marginsOfRatio(ratio, image), warnings };
  throw invalid(
    'size',
    'An outpainting needs the `size` of the whole picture, or its `aspect_ratio`, or at least one of `left`, `right`, `up` and `down` in pixels.',
  );
}

/** The size of a picture with its margins. */
export const extended = ({ width, height }: Size, { left, top, right, bottom }: Margins): Size => ({
  width: left + width + right,
  height: top + height + bottom,
});

/** The extra parameters without those that only an outpainting uses. */
export const withoutMargins = (extra: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(extra).filter(([name]) => !(name in marginFields)));

/**
 * Which side an outpainting by mask was given although the caller has already extended the image; undefined if none.
 */
export const firstMarginField = (extra: JsonObject): MarginField | undefined =>
  fieldNames.find((name) => extra[name] !== undefined);

const spoken = (value: JsonValue | undefined): string | undefined =>
  value === undefined || value === null || String(value).trim().toLowerCase() === 'auto' ? undefined : String(value);

function marginsInFields(extra: JsonObject): Margins {
  const margins = { left: 0, top: 0, right: 0, bottom: 0 };
  for (const name of fieldNames) margins[marginFields[name]] = pixelsIn(name, extra[name]);
  if (Object.values(margins).every((margin) => margin === 0)) {
    const first = firstMarginField(extra) ?? 'left';
    throw invalid(first, 'An outpainting must extend its image on at least one side: all given sides are 0.');
  }
  return margins;
}

/** A form brings numbers as text. */
function pixelsIn(name: MarginField, value: JsonValue | undefined): number {
  if (value === undefined || value === null) return 0;
  const isNumeral = typeof value === 'number' || (typeof value === 'string' && /^\s*\d+\s*$/.test(value));
  const pixels = isNumeral ? Number(value) : Number.NaN;
  if (Number.isInteger(pixels) && pixels >= 0 && pixels <= widestMargin) return pixels;
  throw invalid(name, `"${name}" must be a whole number of pixels from 0 to ${widestMargin}.`);
}

function marginsOfSize(text: string, image: Size): Margins {
  const size = parseSize(text);
  if (!size) throw invalid('size', 'The "size" of an outpainting must be given in pixels, such as 1536x1024.');
  const { width, height } = image;
  if (size.width < width || size.height < height) {
    throw invalid('size', `The "size" ${text} doesn't hold the image, which is ${width}x${height}.`);
  }
  if (size.width === width && size.height === height) {
    throw invalid('size', `The image is ${text} already: an outpainting needs a larger "size".`);
  }
  return around(image, size);
}

/** The smallest canvas of that shape which holds the image. */
function marginsOfRatio(text: string, image: Size): Margins {
  const ratio = parseAspectRatio(text);
  if (ratio === undefined) throw invalid('aspect_ratio', 'The "aspect_ratio" must have the form 16:9.');
  const size = {
    width: Math.max(image.width, Math.round(image.height * ratio)),
    height: Math.max(image.height, Math.round(image.width / ratio)),
  };
  if (size.width === image.width && size.height === image.height) {
    throw invalid('aspect_ratio', `The image has the shape ${text} already: there is nothing to extend.`);
  }
  return around(image, size);
}

/** The image in the middle; where a pixel is left over, the lower or right margin has it. */
function around(image: Size, size: Size): Margins {
  const left = Math.floor((size.width - image.width) / 2);
  const top = Math.floor((size.height - image.height) / 2);
  return { left, top, right: size.width - image.width - left, bottom: size.height - image.height - top };
}

const idle = (param: 'size' | 'aspect_ratio' | 'resolution', value: string | undefined): readonly Warning[] =>
  value === undefined
    ? []
    : [{ code: 'param_dropped', param, message: `\`${param}\` was left out: the extent is given by other fields.` }];

const invalid = (param: string, message: string): ProviderFailure => new ProviderFailure('invalid', message, { param });
