import { ProviderFailure } from '../../domain/failure.ts';
import type { Candidate, Operation, Submission, Warning } from '../../domain/generation.ts';
import type { InputImage } from '../../domain/image.ts';
import type { PlanRequest } from '../../domain/ports.ts';
import { emulations, supportOf } from './emulations.ts';
import type { ModelRow } from './model-row.ts';
import { planParameters } from './plan-parameters.ts';

/** `PlanRequest` over catalogue rows. `rowOf` gives undefined for a model that the stage no longer has. */
export const createPlanRequest =
  (rowOf: (candidate: Candidate) => ModelRow | undefined): PlanRequest =>
  (candidate, submission, images, mask) => {
    const row = rowOf(candidate);
    if (!row) throw unsupported(`This stage no longer serves ${candidate.provider}/${candidate.model}.`, 'model');
    const { operation, prompt, warnings } = planOperation(row, submission);
    const planned = planParameters(sizedFor(row, operation), submission.parameters, submission.extra);
    // The contract takes several images for a variation, and uses the first.
    const inputs = submission.operation === 'variation' ? images.slice(0, 1) : images;
    checkInputs(row, inputs, mask);
    return {
      request: {
        operation,
        ...(submission.editType === undefined ? {} : { editType: submission.editType }),
        model: candidate.model,
        prompt,
        n: Math.min(submission.n, row.imagesPerRequest),
        ...(planned.size === undefined ? {} : { size: planned.size }),
        parameters: planned.parameters,
        extra: planned.extra,
        images: inputs,
        ...(mask === undefined ? {} : { mask }),
      },
      warnings: [...warnings, ...planned.warnings],
    };
  };

/** The row with the sizes that the model makes by that operation of its own. */
const sizedFor = (row: ModelRow, operation: Operation): ModelRow =>
  operation === 'edit' && row.editSizes ? { ...row, sizes: row.editSizes } : row;

interface PlannedOperation {
  readonly operation: Operation;
  readonly prompt: string;
  readonly warnings: readonly Warning[];
}

function planOperation(row: ModelRow, { operation, editType, prompt }: Submission): PlannedOperation {
  const support = supportOf(row, operation, editType);
  const emulation = emulations[operation];
  if (support === 'none')
    throw unsupported(`${row.model} does not serve ${editType ?? `an image ${operation}`}.`, editType && 'type');
  // A type of edit that needs no prompt comes without one.
  if (support === 'native' || !emulation) return { operation, prompt: prompt ?? '', warnings: [] };
  const message = `${row.model} has no image ${operation} of its own; an image ${emulation.operation} was made instead.`;
  return {
    operation: emulation.operation,
    prompt: prompt ?? emulation.prompt,
    warnings: [{ code: 'emulated', message }],
  };
}

function checkInputs(row: ModelRow, images: readonly InputImage[], mask: InputImage | undefined) {
  if (images.length > row.inputImages) {
    throw unsupported(`${row.model} takes at most ${row.inputImages} input images, not ${images.length}.`, 'image');
  }
  const stranger = images.find(({ type }) => row.inputTypes?.includes(type) === false);
  if (stranger) {
    throw unsupported(`${row.model} takes ${row.inputTypes?.join(' and ')} images, not ${stranger.type}.`, 'image');
  }
  // Without its mask an edit would change the whole picture: not what was asked for, and paid all the same.
  if (mask && row.mask === 'none') throw unsupported(`${row.model} takes no mask.`, 'mask');
}

const unsupported = (message: string, param: string | undefined): ProviderFailure =>
  new ProviderFailure('unsupported', message, param === undefined ? {} : { param });
