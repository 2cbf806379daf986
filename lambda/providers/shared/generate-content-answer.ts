import { ProviderFailure } from '../../domain/failure.ts';
import type { JsonObject, JsonValue, Usage } from '../../domain/generation.ts';
import type { StoredImage } from '../../domain/image.ts';
import type { Finished } from '../../domain/provider.ts';
import { cleanMessage, type Secrets } from './clean-message.ts';
import { countOf, fieldOf, listOf, present, textOf } from './json-fields.ts';

/** The string fields of an answer that hold images. */
export const imageFields = ['data'] as const;

/**
 * A picture was made or would have been, and is withheld. https://ai.google.dev/api/generate-content#FinishReason; the last
 * is Vertex AI's alone.
 */
const refusals = new Set([
  'SAFETY',
  'PROHIBITED_CONTENT',
  'BLOCKLIST',
  'SPII',
  'RECITATION',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'MODEL_ARMOR',
]);

/**
 * What an answer says, in the gateway's words. Throws ProviderFailure `refused` where moderation hides in a success, and
 * `malformed` where there is no image for another reason. `secrets` are the credentials, which no message may repeat.
 */
export function finishedOf(
  skeleton: unknown,
  saved: readonly StoredImage[],
  asked: number,
  secrets: Secrets,
): Finished {
  const images = partsOf(skeleton).flatMap((part) => finishedImage(part, saved) ?? []);
  if (images.length === 0) throw withoutImage(skeleton, secrets);
  const usage = usageOf(fieldOf(skeleton, 'usageMetadata'));
  return {
    status: 'finished',
    // A model that shows more than one works towards the last.
    images: images.slice(-asked).map((image) => ({ image })),
    ...present({ usage }),
    warnings: [],
  };
}

const partsOf = (skeleton: unknown): readonly unknown[] =>
  listOf(skeleton, 'candidates').flatMap((candidate) => listOf(fieldOf(candidate, 'content'), 'parts'));

/** A part's image, which has left its number in the place of its data; a picture in the model's thoughts is no result. */
function finishedImage(part: unknown, saved: readonly StoredImage[]): StoredImage | undefined {
  if (fieldOf(part, 'thought') === true) return undefined;
  return saved[Number(textOf(fieldOf(part, 'inlineData'), 'data') ?? Number.NaN)];
}

function withoutImage(skeleton: unknown, secrets: Secrets): ProviderFailure {
  const feedback = fieldOf(skeleton, 'promptFeedback');
  const blocked = textOf(feedback, 'blockReason');
  const [candidate] = listOf(skeleton, 'candidates');
  const reason = textOf(candidate, 'finishReason');
  const said = blocked === undefined ? textOf(candidate, 'finishMessage') : textOf(feedback, 'blockReasonMessage');
  const spoken = partsOf(skeleton).find((part) => fieldOf(part, 'thought') !== true && textOf(part, 'text'));
  const message = cleanMessage(said ?? textOf(spoken, 'text') ?? '', secrets);
  if (blocked !== undefined || (reason !== undefined && refusals.has(reason))) {
    return new ProviderFailure('refused', message || `The provider refused the request (${blocked ?? reason}).`, {
      statusCode: 200,
    });
  }
  const why = reason === undefined ? '' : ` (${cleanMessage(reason, secrets)})`;
  return new ProviderFailure('malformed', `The provider answered without an image${why}. ${message}`.trim(), {
    statusCode: 200,
  });
}

function usageOf(metadata: unknown): Usage | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const written = countOf(metadata, 'candidatesTokenCount');
  const thought = countOf(metadata, 'thoughtsTokenCount') ?? 0;
  return present({
    input_tokens: countOf(metadata, 'promptTokenCount'),
    input_tokens_details: detailsOf(listOf(metadata, 'promptTokensDetails')),
    // Thoughts are charged as output.
    output_tokens: written === undefined ? undefined : written + thought,
    output_tokens_details: detailsOf(listOf(metadata, 'candidatesTokensDetails')),
    total_tokens: countOf(metadata, 'totalTokenCount'),
  });
}

function detailsOf(details: readonly unknown[]): Usage['input_tokens_details'] {
  const tokens = (modality: string) =>
    countOf(
      details.find((each) => textOf(each, 'modality') === modality),
      'tokenCount',
    );
  return details.length === 0 ? undefined : present({ image_tokens: tokens('IMAGE'), text_tokens: tokens('TEXT') });
}

/** The skeleton as a caller may see it: how many bytes an image was, and how long what only the model can read. */
export function rawAnswer(skeleton: unknown, saved: readonly StoredImage[]): JsonObject {
  const text = JSON.stringify(skeleton, (name, value: unknown) => {
    if (name === 'data' && typeof value === 'string') return `<${saved[Number(value)]?.bytes ?? 0} bytes of image>`;
    if (name === 'thoughtSignature' && typeof value === 'string') return `<${value.length} characters>`;
    return value;
  });
  const answer = JSON.parse(text ?? 'null') as JsonValue;
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? (answer as JsonObject) : {};
}
