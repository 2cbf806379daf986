import { type Billed, ProviderFailure } from '../../domain/failure.ts';
import type { JsonObject, JsonValue, Usage } from '../../domain/generation.ts';
import type { StoredImage } from '../../domain/images/image.ts';
import type { Finished } from '../../domain/provider.ts';
import { cleanMessage, type Secrets } from '../wire/failures/clean-message.ts';
import { isFree } from '../wire/failures/free-words.ts';
import { countOf, fieldOf, listOf, present, textOf } from '../wire/json-fields.ts';

/** The string fields of an answer that hold images. */
export const imageFields = ['data'] as const;

/**
 * A picture was made or would have been, and is withheld. https://ai.google.dev/api/generate-content#FinishReason; the
 * last is Vertex AI's alone.
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

/** Finish reasons of a model that produced no image and suggests another prompt: a retry would be charged again. */
const declines = new Set(['NO_IMAGE', 'IMAGE_OTHER', 'LANGUAGE']);

/**
 * Parses an answer. Throws ProviderFailure `refused` where a 200 carries a moderation refusal or the model declines in
 * text, and `malformed` where there is no image for another reason. `secrets` are the credentials, which no message may
 * repeat.
 */
export function finishedOf(
  skeleton: unknown,
  saved: readonly StoredImage[],
  asked: number,
  secrets: Secrets,
): Finished {
  const images = resultsIn(skeleton, saved);
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

/**
 * The pictures of an answer, each of which has left its number in the place of its data. One in the model's thoughts is
 * a draft, but it was paid for, and is the result where nothing else came and nothing was withheld (Lixpi/lixpi#136).
 */
function resultsIn(skeleton: unknown, saved: readonly StoredImage[]): readonly StoredImage[] {
  const imageOf = (part: unknown) => saved[Number(textOf(inlineIn(part), 'data') ?? Number.NaN)];
  const parts = partsOf(skeleton);
  const results = parts.filter((part) => !isThought(part)).flatMap((part) => imageOf(part) ?? []);
  if (results.length > 0 || refusalIn(skeleton) !== undefined) return results;
  return parts.flatMap((part) => imageOf(part) ?? []);
}

const isThought = (part: unknown): boolean => fieldOf(part, 'thought') === true;

/** Servers in between may hand the fields on under their names in Google's protocol buffers. */
const inlineIn = (part: unknown): unknown => fieldOf(part, 'inlineData') ?? fieldOf(part, 'inline_data');

const reasonIn = (skeleton: unknown): string | undefined => {
  const [reason] = listOf(skeleton, 'candidates').flatMap((each) => textOf(each, 'finishReason') ?? []);
  return reason;
};

/** Why moderation has withheld the picture, or the prompt from the model; undefined where it hasn't. */
function refusalIn(skeleton: unknown): string | undefined {
  const blocked = textOf(fieldOf(skeleton, 'promptFeedback'), 'blockReason');
  const reason = reasonIn(skeleton);
  return blocked ?? (reason !== undefined && refusals.has(reason) ? reason : undefined);
}

function withoutImage(skeleton: unknown, secrets: Secrets): ProviderFailure {
  const refusal = refusalIn(skeleton);
  const reason = reasonIn(skeleton);
  const spoken = partsOf(skeleton).flatMap((part) => (isThought(part) ? [] : (textOf(part, 'text')?.trim() ?? [])));
  const message = cleanMessage(explanationIn(skeleton) ?? spoken.join(' '), secrets);
  if (refusal !== undefined) {
    return refused(message || `The provider refused the request (${cleanMessage(refusal, secrets)}).`);
  }
  const why = reason === undefined ? '' : ` (${cleanMessage(reason, secrets)})`;
  const whole = `The provider answered without an image${why}. ${message}`.trim();
  const isDeclined = (reason !== undefined && declines.has(reason)) || spoken.some((text) => text !== '');
  if (!isDeclined) return new ProviderFailure('malformed', whole, { statusCode: 200 });
  // Text that the model returned instead is charged like any output, unless Google says otherwise.
  const isCounted = (countOf(fieldOf(skeleton, 'usageMetadata'), 'candidatesTokenCount') ?? 0) > 0;
  return refused(whole, isCounted ? 'yes' : 'unknown');
}

/** Google's own explanation of the finish reason, where the model's text explains nothing. */
function explanationIn(skeleton: unknown): string | undefined {
  const feedback = fieldOf(skeleton, 'promptFeedback');
  const [message] = listOf(skeleton, 'candidates').flatMap((each) => textOf(each, 'finishMessage')?.trim() || []);
  return textOf(feedback, 'blockReasonMessage') ?? message;
}

/** Google documents some refusals as free: "You will not be charged for blocked images." */
const refused = (message: string, billed: Billed = 'unknown'): ProviderFailure =>
  new ProviderFailure('refused', message, { statusCode: 200, billed: isFree(message) ? 'no' : billed });

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
