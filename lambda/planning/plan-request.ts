import { ProviderFailure } from '../domain/failure.ts';
import type { Candidate, EditType, ImageRequest, Operation, Submission } from '../domain/generation.ts';
import type { Conversion } from '../domain/images/conversion.ts';
import type { InputImage } from '../domain/images/image.ts';
import { brokenInputLimit } from '../domain/images/input-limits.ts';
import type { PlanRequest } from '../domain/ports.ts';
import type { ModelSpec } from './model-spec.ts';
import { planConversion } from './plan-conversion.ts';
import { planOperation } from './plan-operation.ts';
import { type PlannedOutpainting, planOutpainting } from './plan-outpainting.ts';
import { planParameters } from './plan-parameters.ts';
import { planQuote } from './plan-quote.ts';

/**
 * `PlanRequest` over catalogue rows. `specOf` gives undefined for a model that the stage no longer has. `inputAddresses`:
 * whether models that take addresses of input images get them.
 */
export const createPlanRequest =
  (
    specOf: (candidate: Candidate) => ModelSpec | undefined,
    inputAddresses: 'never' | 'where_taken' = 'never',
  ): PlanRequest =>
  (candidate, submission, images, mask) => {
    const row = specOf(candidate);
    if (!row) throw unsupported(`This stage no longer serves ${candidate.provider}/${candidate.model}.`, 'model');
    const asked = withMask(row, submission, mask);
    const { operation, editType, prompt, parameters, warnings } = planOperation(row, asked);
    const extent = extentOf(row, { ...asked, parameters }, images, mask);
    const sized = sizedFor(row, operation);
    const planned = planParameters(sized, extent.parameters, extent.extra);
    // The contract takes several images for a variation, and uses the first.
    const inputs = submission.operation === 'variation' ? images.slice(0, 1) : images;
    const { margins, canvas } = extent;
    const conversion = planConversion(row, { images: inputs, mask, canvas, hasMargins: margins !== undefined });
    const n = Math.min(submission.n, row.imagesPerRequest);
    const size = canvas ? { width: canvas.width, height: canvas.height } : planned.size;
    const request: ImageRequest = {
      operation,
      ...(editType === undefined ? {} : { editType }),
      model: candidate.model,
      prompt,
      n,
      ...(size === undefined ? {} : { size }),
      parameters: planned.parameters,
      extra: planned.extra,
      images: inputs,
      ...(mask === undefined ? {} : { mask }),
      ...(margins === undefined ? {} : { margins }),
      // OpenAI refuses to stream several images: github.com/theopenco/llmgateway/issues/3963.
      ...(row.isGptImage && n === 1 ? { showsPartials: true } : {}),
    };
    const sendsAddresses = inputAddresses === 'where_taken' && row.takesAddresses === true;
    checkInputs(row, request, conversion, sendsAddresses);
    const quote = planQuote(sized, request);
    return {
      request,
      deployment: deploymentOf(row, editType ?? operation) ?? candidate.model,
      warnings: [...warnings, ...extent.warnings, ...planned.warnings],
      ...(conversion === undefined ? {} : { conversion, ...(row.inputLimits && { inputLimits: row.inputLimits }) }),
      ...(sendsAddresses && inputs.length > 0 ? { sendsAddresses } : {}),
      ...(quote === undefined ? {} : { quote }),
    };
  };

const deploymentOf = ({ deployment }: ModelSpec, asked: Operation | EditType): string | undefined =>
  typeof deployment === 'string' ? deployment : deployment?.[asked];

/** An edit with a mask is an inpainting, whether or not the caller says so. */
const withMask = (row: ModelSpec, submission: Submission, mask: InputImage | undefined): Submission =>
  submission.operation === 'edit' && submission.editType === undefined && mask && row.mask !== 'none'
    ? { ...submission, editType: 'inpainting' }
    : submission;

/** The submission with the target size of an outpainting; any other submission unchanged. */
const extentOf = (
  row: ModelSpec,
  submission: Submission,
  images: readonly InputImage[],
  mask: InputImage | undefined,
): PlannedOutpainting =>
  submission.editType === 'outpainting'
    ? planOutpainting(row, submission, images, mask)
    : { parameters: submission.parameters, extra: submission.extra, warnings: [] };

/** The row with the sizes that the model makes by that operation of its own. */
const sizedFor = (row: ModelSpec, operation: Operation): ModelSpec =>
  operation === 'edit' && row.editSizes ? { ...row, sizes: row.editSizes } : row;

function checkInputs(
  row: ModelSpec,
  request: ImageRequest,
  conversion: Conversion | undefined,
  sendsAddresses: boolean,
) {
  const { images, mask } = request;
  if (images.length > row.inputImages) {
    throw unsupported(`${row.model} takes at most ${row.inputImages} input images, not ${images.length}.`, 'image');
  }
  const asTheyCame = unredrawn(images, conversion).filter(({ isAssumed }) => !isAssumed);
  const unexpected = asTheyCame.find(({ type }) => row.inputTypes?.includes(type) === false);
  if (unexpected) {
    throw unsupported(`${row.model} takes ${row.inputTypes?.join(' and ')} images, not ${unexpected.type}.`, 'image');
  }
  checkLimits(row, request, conversion, sendsAddresses);
  // Without its mask an edit would change the whole image, which the caller didn't request, at full price.
  if (mask && row.mask === 'none') throw unsupported(`${row.model} takes no mask.`, 'mask');
}

/** The images that are sent as they came. */
const unredrawn = (images: readonly InputImage[], conversion: Conversion | undefined): readonly InputImage[] =>
  conversion?.canvas !== undefined || conversion?.view !== undefined ? images.slice(1) : images;

/** The bytes of a mask that is yet to be drawn aren't known; those of an image are taken for as many as it has now. */
function checkLimits(
  { model, inputLimits }: ModelSpec,
  request: ImageRequest,
  conversion: Conversion | undefined,
  sendsAddresses: boolean,
) {
  const { mask, ...others } = request;
  const isSent = mask !== undefined && conversion?.maskForm === undefined;
  const checked = { ...others, model, ...(isSent ? { mask } : {}) };
  const inBucket = sendsAddresses ? [...unredrawn(request.images, conversion), ...(isSent ? [mask] : [])] : [];
  const broken = inputLimits && brokenInputLimit(inputLimits, checked, (image) => inBucket.includes(image));
  if (broken) throw unsupported(broken.message, broken.param);
}

const unsupported = (message: string, param: string | undefined): ProviderFailure =>
  new ProviderFailure('unsupported', message, param === undefined ? {} : { param });
