import type { ImageRequest, JsonObject, Margins, Warning } from '../../domain/generation.ts';
import { present } from '../wire/json-fields.ts';

/** The default of `strength` where the caller sends none: the prompt counts for more than the image. */
const defaultStrength = 0.7;

export interface StabilityFields {
  /** Everything but images, the model and the mode. */
  readonly fields: JsonObject;
  /** What this request in particular can't carry. */
  readonly warnings: readonly Warning[];
}

/** A request in the fields of Stability's models and services, which are the same wherever they are hosted. */
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
        // Outpainting works without a prompt, but not with an empty one.
        prompt: prompt === '' ? undefined : prompt,
        strength: isEdit ? (strength ?? defaultStrength) : undefined,
      }),
      ...(margins ? extension(margins) : {}),
    } as JsonObject,
    warnings: isEdit || strength === undefined ? [] : [idleStrength],
  };
}

const idleStrength: Warning = {
  code: 'param_dropped',
  param: 'strength',
  message: '`strength` was left out: it applies to edits with an image only.',
};

const extension = ({ left, top, right, bottom }: Margins): JsonObject => ({ left, right, up: top, down: bottom });
