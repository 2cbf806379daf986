import { ProviderFailure } from '../domain/failure.ts';
import type { ImageParameters, JsonObject, Margins, Submission, Warning } from '../domain/generation.ts';
import type { Canvas } from '../domain/images/conversion.ts';
import { type InputImage, shownSize } from '../domain/images/image.ts';
import type { ModelSpec } from './model-spec.ts';
import { planCanvas } from './plan-canvas.ts';
import { extended, firstMarginField, marginFields, readMargins, withoutMargins } from './read-margins.ts';
import { parseAspectRatio, parseSize, type Size, sizeText } from './size-plan.ts';

/** An outpainting fitted to a model. */
export interface PlannedOutpainting {
  /** What the model extends the image by, where it does that itself. */
  readonly margins?: Margins;
  /** What the image is put on, where the model only edits by mask. */
  readonly canvas?: Canvas;
  /** The submission's parameters without those that have been heeded. */
  readonly parameters: ImageParameters;
  readonly extra: JsonObject;
  readonly warnings: readonly Warning[];
}

/**
 * Plans an outpainting for a model. With a mask the caller has extended the image already: there is nothing to plan,
 * and it is an edit by mask, which a model that takes margins doesn't support. Throws ProviderFailure: `invalid` for an
 * extent that is none, `unsupported` for one that this model can't do.
 */
export function planOutpainting(
  row: ModelSpec,
  submission: Submission,
  [image]: readonly InputImage[],
  mask: InputImage | undefined,
): PlannedOutpainting {
  const { parameters, extra } = submission;
  if (!image) throw new ProviderFailure('invalid', 'An outpainting needs an image.', { param: 'image' });
  if (mask) return planMasked(row, submission);
  const shown = image.isAssumed ? fitting(parameters, shownSize(image)) : shownSize(image);
  const { margins, warnings } = readMargins(submission, shown);
  const { size: _, aspect_ratio: __, resolution: ___, ...others } = parameters;
  const heeded = { parameters: others, extra: withoutMargins(extra) };
  if (row.editTypes.outpainting === 'native') {
    if (!image.isAssumed) checkLimits(row, shown, margins);
    return { ...heeded, margins, warnings };
  }
  const canvas = planCanvas(row.editSizes ?? row.sizes, shown, margins);
  return { ...heeded, canvas, warnings: [...warnings, ...adjusted(row, extended(shown, margins), shown, canvas)] };
}

/** A size that leaves something to extend, for an image that isn't known yet: no caller is refused by an assumption. */
function fitting({ size = '', aspect_ratio: ratio = '' }: ImageParameters, assumed: Size): Size {
  const whole = parseSize(size);
  if (whole) return { width: Math.ceil(whole.width / 2), height: Math.ceil(whole.height / 2) };
  const isThatShape = parseAspectRatio(ratio) === assumed.width / assumed.height;
  return isThatShape ? { ...assumed, height: assumed.height / 2 } : assumed;
}

function planMasked(row: ModelSpec, { parameters, extra }: Submission): PlannedOutpainting {
  const side = firstMarginField(extra);
  if (side !== undefined) {
    const message = `With a mask the image must already be extended: remove "${side}", or the mask.`;
    throw new ProviderFailure('invalid', message, { param: side });
  }
  if (row.editTypes.outpainting === 'native') {
    const message = `${row.model} extends an image by pixels on each side, and takes no mask for it.`;
    throw new ProviderFailure('unsupported', message, { param: 'mask' });
  }
  return { parameters, extra, warnings: [] };
}

const unbounded = Number.POSITIVE_INFINITY;

function checkLimits({ model, outpaintingLimits = {} }: ModelSpec, image: Size, margins: Margins): void {
  const { eachSide = unbounded, maxEdge = unbounded, pixels = unbounded } = outpaintingLimits;
  const wide = Object.entries(marginFields).find(([, side]) => margins[side] > eachSide);
  if (wide) {
    throw unsupported(
      `${model} extends an image by at most ${eachSide} pixels a side, not ${margins[wide[1]]}.`,
      wide[0],
    );
  }
  const whole = extended(image, margins);
  if (Math.max(whole.width, whole.height) > maxEdge) {
    throw unsupported(`${model} makes edges of at most ${maxEdge} pixels, not ${sizeText(whole)}.`, 'size');
  }
  if (whole.width * whole.height > pixels) {
    throw unsupported(`${model} makes at most ${pixels.toLocaleString('en')} pixels, not ${sizeText(whole)}.`, 'size');
  }
}

function adjusted({ model }: ModelSpec, wished: Size, image: Size, canvas: Canvas): readonly Warning[] {
  if (canvas.width === wished.width && canvas.height === wished.height) return [];
  const isScaled = canvas.image.width !== image.width || canvas.image.height !== image.height;
  const scaled = isScaled ? ` The image is ${sizeText(canvas.image)} in it, not ${sizeText(image)}.` : '';
  const message = `${model} doesn't make ${sizeText(wished)}; the picture is ${sizeText(canvas)} instead.${scaled}`;
  return [{ code: 'size_adjusted', param: 'size', message }];
}

const unsupported = (message: string, param: string): ProviderFailure =>
  new ProviderFailure('unsupported', message, { param });
