import type { JsonObject } from '../../domain/generation.ts';
import { readImageHeader } from '../../domain/images/image-header.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { countOf, present, textOf } from '../wire/json-fields.ts';

/** As many partial images as OpenAI makes of one request. */
export const maxPartialImages = 3;

/**
 * Bytes of a partial image, at most: with 8.3 million pixels, the largest that there are, a png of a photograph stays
 * below that.
 */
export const maxPartialBytes = 16 * 1024 * 1024;

/** Max length of a provider's value for a size or a quality; real ones are shorter. */
const maxWordCharacters = 32;

/** Passes partial images to the subscriber: at most the requested number, and only valid images. */
export class PartialImages {
  /** The events that they came in, as a caller may see them. */
  readonly shown: JsonObject[] = [];
  private readonly watching: ProviderCall['partials'];
  private taken = 0;

  constructor(watching: ProviderCall['partials']) {
    this.watching = watching;
  }

  get hasSeen(): boolean {
    return this.shown.length > 0;
  }

  /** One event with its image, which is absent where it was too large. */
  take(said: unknown, image: Buffer | undefined): void {
    if (this.shown.length === maxPartialImages) return;
    const b64_json = image ? `<${image.length} bytes of image>` : '<an image that was left out>';
    this.shown.push({ ...(said as JsonObject), b64_json });
    if (!image || !readImageHeader(image) || this.taken >= (this.watching?.count ?? 0)) return;
    const words = { background: 'background', outputFormat: 'output_format', quality: 'quality', size: 'size' };
    const named = Object.entries(words).map(([name, field]) => [name, wordOf(said, field)] as const);
    this.watching?.take({
      index: countOf(said, 'partial_image_index') ?? this.taken,
      base64: image.toString('base64'),
      ...present(Object.fromEntries(named)),
    });
    this.taken += 1;
  }
}

function wordOf(said: unknown, field: string): string | undefined {
  const word = textOf(said, field);
  return word !== undefined && word.length <= maxWordCharacters ? word : undefined;
}
