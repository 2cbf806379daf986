import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonObject, Margins, Warning } from '../../domain/generation.ts';
import { present } from './json-fields.ts';

/** What is taken for `strength` where the caller says nothing: the words count for more than the image. */
const defaultStrength = 0.7;

/** The most that a picture is extended by on one side, in pixels. */
export const mostMargin = 2000;

export interface StabilityFields {
  /** Everything but images, the model and the mode. */
  readonly fields: JsonObject;
  /** What this request in particular can't carry. */
  readonly warnings: readonly Warning[];
}

/** A request in the words of Stability's models and services, which are the same wherever they are asked. */
export function stabilityFields(request: ImageRequest): StabilityFields {
  const { prompt, parameters, extra, images, editType, margins } = request;
  if (editType === 'background_removal') {
    return { fields: present({ output_format: parameters.output_format }), warnings: [] };
  }
  const { style, ...sent } = parameters;
  const { strength, ...rest } = extra;
  // Inpainting and outpainting have no `strength`, which their rows therefore don't take.
  const isEdit = images.length > 0 && editType === undefined;
  return {
    fields: {
      ...rest,
      ...present({
        ...sent,
        style_preset: rest.style_preset ?? style,
        // Outpainting does without words, but not with empty ones.
        prompt: prompt === '' ? undefined : prompt,
        strength: isEdit ? (strength ?? defaultStrength) : undefined,
      }),
      ...(editType === 'outpainting' ? extended(margins) : {}),
    } as JsonObject,
    warnings: isEdit || strength === undefined ? [] : [idleStrength],
  };
}

const idleStrength: Warning = {
  code: 'param_dropped',
  param: 'strength',
  message: '`strength` was left out: it says how far an edit goes from its image.',
};

function extended(margins: Margins | undefined): JsonObject {
  const { left, top, right, bottom } = margins ?? { left: 0, top: 0, right: 0, bottom: 0 };
  const sides = [left, top, right, bottom];
  if (sides.every((side) => side === 0) || sides.some((side) => side > mostMargin)) {
    throw new ProviderFailure('unsupported', `An image is extended by 1 to ${mostMargin} pixels on a side.`);
  }
  return { left, right, up: top, down: bottom };
}
