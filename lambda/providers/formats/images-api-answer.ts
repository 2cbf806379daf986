import { ProviderFailure } from '../../domain/failure.ts';
import type { Usage } from '../../domain/generation.ts';
import type { StoredImage } from '../../domain/images/image.ts';
import type { Micros } from '../../domain/money/micros.ts';
import type { Finished, ProviderImage } from '../../domain/provider.ts';
import { cleanMessage, type Secrets } from '../wire/failures/clean-message.ts';
import { billedSaid } from '../wire/failures/status-failure.ts';
import { countOf, fieldOf, present, textOf } from '../wire/json-fields.ts';
import { missingImages } from '../wire/pictures/answer-images.ts';
import { addressIn, entriesIn, savedImage } from '../wire/pictures/picture-places.ts';
import { failureSaid } from './images-api-failure.ts';

/** The parts of the request that parsing its answer needs. */
export interface Asked {
  /** How many images. */
  readonly asked: number;
  /** True for an item that moderation has withheld. */
  readonly isRefused: ((item: unknown) => boolean) | undefined;
  /** What the provider charged, as the answer says it; undefined for a server that doesn't. */
  readonly costIn?: ((answer: unknown) => Micros | undefined) | undefined;
  /** The URL of the request, against which relative URLs in the answer are resolved. */
  readonly url: string;
  /** Why an image in the answer could not be taken. */
  readonly unread?: ProviderFailure | undefined;
  /** The credentials to redact from the answer's texts. */
  readonly secrets: Secrets;
}

/**
 * Parses an answer: succeeds with the images that it has, whatever else it lacks. Throws ProviderFailure `refused`
 * where moderation withheld all of them, the kind of an error that it identifies by code, and else `malformed`.
 */
export function finishedOf(skeleton: unknown, saved: readonly StoredImage[], request: Asked): Finished {
  const { isRefused = () => false } = request;
  const items = entriesIn(skeleton);
  const images = items.flatMap((item) => (isRefused(item) ? [] : (imageOf(item, saved, request.url) ?? [])));
  if (images.length === 0) {
    if (items.some(isRefused)) throw withheld("The provider's moderation withheld the image.");
    throw failureWithoutImage(skeleton, request);
  }
  const said = {
    usage: usageOf(fieldOf(skeleton, 'usage')),
    cost: request.costIn?.(skeleton),
    background: textOf(skeleton, 'background'),
    quality: textOf(skeleton, 'quality'),
  };
  return { status: 'finished', images, ...present(said), warnings: missingImages(images.length, request.asked) };
}

/**
 * Why there is no image. Azure sends the error of a filtered one without naming a status in it: it may come with a 200.
 */
function failureWithoutImage(skeleton: unknown, { unread, secrets }: Asked): ProviderFailure {
  const reason = blockReasonOf(skeleton);
  const { message = reason, kind = reason === undefined ? undefined : 'refused' } = failureSaid(
    200,
    JSON.stringify(skeleton ?? null),
  );
  const words = cleanMessage(message ?? '', secrets);
  if (kind === 'refused') return withheld(words || "The provider's moderation withheld the image.");
  if (kind !== undefined)
    return new ProviderFailure(kind, words || 'The provider answered with an error.', { statusCode: 200 });
  if (unread) return unread;
  const told = words === '' ? '' : `: ${words}`;
  return new ProviderFailure('malformed', `The provider answered without an image${told || '.'}`, { statusCode: 200 });
}

/**
 * Moderation's reason beside an empty list: xAI's answer has such a text
 * (docs.comfy.org/development/comfy-router/models/xai), whose field isn't documented, so that any field with a matching
 * name is used.
 */
function blockReasonOf(skeleton: unknown): string | undefined {
  for (const said of [skeleton, ...entriesIn(skeleton)]) {
    for (const name of typeof said === 'object' && said !== null ? Object.keys(said) : []) {
      const reason = /block|moderat|refus|filter|reject/i.test(name) ? textOf(said, name) : undefined;
      if (reason !== undefined && !noReason.test(reason)) return reason;
    }
  }
  return undefined;
}

/** A setting that is repeated, or the word that nothing was found. */
const noReason = /^\s*(auto|low|none|null|no|false|ok|safe|pass(ed)?)\s*$/i;

const withheld = (message: string): ProviderFailure => {
  const billed = billedSaid(message);
  return new ProviderFailure('refused', message, { statusCode: 200, ...(billed && { billed }) });
};

/** An item's image: its bytes where they came along, each of which has left its number in `saved`, else its address. */
function imageOf(item: unknown, saved: readonly StoredImage[], base: string): ProviderImage | undefined {
  const revisedPrompt = textOf(item, 'revised_prompt');
  const revised = revisedPrompt === undefined ? {} : { revisedPrompt };
  const image = savedImage(item, saved);
  if (image) return { image, ...revised };
  const url = addressIn(item);
  return url === undefined ? undefined : { url: resolved(url, base), ...revised };
}

/**
 * Some servers return relative URLs. Whether a URL may be requested is up to the SSRF guard of the client that fetches
 * it.
 */
const resolved = (url: string, base: string): string =>
  URL.canParse(url) || !URL.canParse(url, base) ? url : new URL(url, base).href;

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
