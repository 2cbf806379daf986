import { ProviderFailure } from '../../domain/failure.ts';
import type { JsonObject, JsonValue, Usage } from '../../domain/generation.ts';
import type { StoredImage } from '../../domain/image.ts';
import type { Finished, ProviderImage } from '../../domain/provider.ts';
import { missingImages, withoutSignature } from './answer-images.ts';
import { failureSaid } from './images-api-failure.ts';
import { countOf, fieldOf, listOf, present, textOf } from './json-fields.ts';

/** The string fields of an answer that hold images. */
export const imageFields = ['b64_json'] as const;

/** How long an answer, or an event of a stream, may be without its images. */
export const maxOtherBytes = 1024 * 1024;

/** What was asked of the server, as far as its answer is read by it. */
export interface Asked {
  /** How many images. */
  readonly asked: number;
  /** True for an item that moderation has withheld. */
  readonly isRefused: ((item: unknown) => boolean) | undefined;
}

/**
 * What an answer says, in the gateway's words. Throws ProviderFailure `refused` where all its images are withheld by
 * moderation, and `malformed` where it holds none.
 */
export function finishedOf(
  skeleton: unknown,
  saved: readonly StoredImage[],
  { asked, isRefused = () => false }: Asked,
): Finished {
  const items = itemsOf(skeleton);
  const images = items.flatMap((item) => (isRefused(item) ? [] : (imageOf(item, saved) ?? [])));
  if (images.length === 0 && (items.some(isRefused) || isRefusal(skeleton))) {
    throw new ProviderFailure('refused', "The provider's moderation withheld the image.", { statusCode: 200 });
  }
  if (images.length === 0) {
    throw new ProviderFailure('malformed', 'The provider answered without an image.', { statusCode: 200 });
  }
  const said = {
    usage: usageOf(fieldOf(skeleton, 'usage')),
    background: textOf(skeleton, 'background'),
    outputFormat: textOf(skeleton, 'output_format'),
    quality: textOf(skeleton, 'quality'),
    size: textOf(skeleton, 'size'),
  };
  return { status: 'finished', images, ...present(said), warnings: missingImages(images.length, asked) };
}

/** The images of an answer: a list, or the single one of a service that never makes several. */
function itemsOf(skeleton: unknown): readonly unknown[] {
  const single = fieldOf(skeleton, 'image');
  const isSingle = !Array.isArray(fieldOf(skeleton, 'data')) && typeof single === 'object' && single !== null;
  return isSingle ? [single] : listOf(skeleton, 'data');
}

/** Azure words a filtered image as an error without saying that the status is one: it may come behind a 200 as well. */
const isRefusal = (skeleton: unknown): boolean => failureSaid(200, JSON.stringify(skeleton)).kind === 'refused';

/** An item's image: its bytes where they came along, each of which has left its number in `saved`, else its address. */
function imageOf(item: unknown, saved: readonly StoredImage[]): ProviderImage | undefined {
  const revisedPrompt = textOf(item, 'revised_prompt');
  const revised = revisedPrompt === undefined ? {} : { revisedPrompt };
  const image = savedImage(item, saved);
  if (image) return { image, ...revised };
  const url = textOf(item, 'url');
  return url === undefined ? undefined : { url, ...revised };
}

const savedImage = (item: unknown, saved: readonly StoredImage[]): StoredImage | undefined =>
  saved[Number(textOf(item, 'b64_json') ?? Number.NaN)];

function usageOf(usage: unknown): Usage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const details = (name: string) => {
    const given = fieldOf(usage, name);
    if (typeof given !== 'object' || given === null) return undefined;
    return present({ image_tokens: countOf(given, 'image_tokens'), text_tokens: countOf(given, 'text_tokens') });
  };
  const counted = present({
    input_tokens: countOf(usage, 'input_tokens'),
    input_tokens_details: details('input_tokens_details'),
    output_tokens: countOf(usage, 'output_tokens'),
    output_tokens_details: details('output_tokens_details'),
    total_tokens: countOf(usage, 'total_tokens'),
  });
  // Some servers count something else than tokens.
  return Object.keys(counted).length === 0 ? undefined : counted;
}

/** The skeleton as a caller may see it: how many bytes an image was, and addresses without what may be a signature. */
export function rawAnswer(skeleton: unknown, saved: readonly StoredImage[]): JsonObject {
  const answer = typeof skeleton === 'object' && skeleton !== null ? (skeleton as JsonObject) : {};
  const shown = itemsOf(skeleton).map((item) => shownItem(item, saved));
  if (Array.isArray(fieldOf(skeleton, 'data'))) return { ...answer, data: shown };
  return shown[0] === undefined ? answer : { ...answer, image: shown[0] };
}

/** One item as a caller may see it. */
export function shownItem(item: unknown, saved: readonly StoredImage[]): JsonValue {
  if (typeof item !== 'object' || item === null) return item as JsonValue;
  const image = savedImage(item, saved);
  const url = textOf(item, 'url');
  return {
    ...(item as JsonObject),
    ...(image ? { b64_json: `<${image.bytes} bytes of image>` } : {}),
    ...(url === undefined ? {} : { url: withoutSignature(url) }),
  };
}
