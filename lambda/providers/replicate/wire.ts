import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonObject, JsonValue, Margins } from '../../domain/generation.ts';
import type { InputImage } from '../../domain/images/image.ts';
import type { ParameterName } from '../../domain/model.ts';
import { nearestRatio } from '../../planning/size-plan.ts';
import { extraValues } from '../wire/extra-value.ts';
import type { BodyObject, BodyValue, Placed } from '../wire/json-body.ts';
import { withoutSignature } from '../wire/pictures/answer-images.ts';
import { replicateModels } from './models.ts';
import { imageLists, type ReplicateSchema, schemaOf } from './schemas.ts';

// Replicate's predictions. Sources: replicate.com/docs/reference/http (predictions; files), the OpenAPI document of its
// HTTP API, and replicate/replicate-javascript `index.js` and `lib/`; the models' schemas are named in `models.ts`.

/** The input of a prediction. Planning has left only what the model takes. Throws ProviderFailure `unsupported`. */
export function predictionInput(request: ImageRequest, placed: Placed): BodyObject {
  const { model, prompt, n, parameters, extra, images, mask } = request;
  const schema = schemaOf(model);
  if (!schema) throw new ProviderFailure('unsupported', `${model} is no longer served.`);
  return {
    // A field of the caller's own never takes the place of one of ours.
    ...extraValues(extra),
    // Planning leaves none to a model that takes none.
    prompt: prompt === '' ? undefined : prompt,
    ...sizeFields(request, schema),
    ...worded(parameters, schema),
    num_outputs: schema.counts ? n : undefined,
    ...imageFields(images.map(placed), schema),
    mask: schema.masks && mask ? placed(mask) : undefined,
  };
}

function imageFields(places: readonly BodyValue[], { images: field }: ReplicateSchema): BodyObject {
  if (field === undefined || places.length === 0) return {};
  return { [field]: imageLists.some((list) => list === field) ? places : places[0] };
}

function worded(parameters: ImageRequest['parameters'], { words = {} }: ReplicateSchema): BodyObject {
  const fields = Object.entries(parameters).map(([name, value]) => [
    words[name as ParameterName] ?? name,
    // All models use the short name.
    name === 'output_format' && value === 'jpeg' ? 'jpg' : value,
  ]);
  return Object.fromEntries(fields) as BodyObject;
}

function sizeFields(
  { model, size, images, margins }: ImageRequest,
  { sizedBy, squareByDefault }: ReplicateSchema,
): BodyObject {
  const [image] = images;
  switch (sizedBy) {
    case 'pixels':
      if (size) return { aspect_ratio: 'custom', width: size.width, height: size.height };
      // By default an edit would come out square.
      return image ? { aspect_ratio: 'match_input_image', resolution: 'match_input_image' } : {};
    case 'canvas':
      return canvasFields(image, margins);
    case 'shape':
      return image && squareByDefault ? { aspect_ratio: shapeLike(model, image) } : {};
    case 'input':
      return {};
  }
}

/** The shape that the model makes and that comes nearest to an image's. */
function shapeLike(model: string, image: InputImage): string | undefined {
  const sizes = replicateModels.models.find((row) => row.model === model)?.sizes;
  const ratios = sizes?.kind === 'ratios' ? sizes.ratios : [];
  return nearestRatio(ratios, image.width / image.height);
}

/** The canvas, and the image's position on it; `none` says that it isn't given as a ratio, which has a default. */
function canvasFields(image: InputImage | undefined, margins: Margins | undefined): BodyObject {
  if (!image || !margins) throw new ProviderFailure('invalid', 'An outpainting needs an image and margins.');
  const { left, top, right, bottom } = margins;
  return {
    aspect_ratio: 'none',
    canvas_size: [image.width + left + right, image.height + top + bottom],
    original_image_size: [image.width, image.height],
    original_image_location: [left, top],
  };
}

const dataUri = /^(data:[^,]{0,100},).*$/s;

/** An answer as a caller may see it: inputs are echoed in it, and addresses of results may be signed. */
export function shownAnswer(answer: JsonValue): JsonValue {
  if (typeof answer === 'string') {
    if (dataUri.test(answer)) return answer.replace(dataUri, '$1…');
    return /^https?:/.test(answer) ? withoutSignature(answer) : answer;
  }
  if (Array.isArray(answer)) return answer.map(shownAnswer);
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(Object.entries(answer as JsonObject).map(([name, value]) => [name, shownAnswer(value)]));
}
