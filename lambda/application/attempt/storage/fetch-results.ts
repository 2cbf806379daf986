import { ProviderFailure } from '../../../domain/failure.ts';
import type { Warning } from '../../../domain/generation.ts';
import type { StoredImage } from '../../../domain/images/image.ts';
import type { ResultImage } from '../../../domain/jobs/job-result.ts';
import type { ProviderImage } from '../../../domain/provider.ts';

/** Results that are all in the bucket, and what to say of those that are not. */
export interface StoredResults {
  readonly images: readonly ResultImage[];
  readonly warnings: readonly Warning[];
}

/**
 * Fetches at once what a provider only gave an address for: such addresses live for minutes. One after another, since
 * several jobs share the worker's memory. Images that can't be had are left out with a warning, as those that a provider
 * did not make; if there is none at all, the first one's ProviderFailure is thrown.
 */
export async function fetchResults(
  made: readonly ProviderImage[],
  fetchAndStore: (url: string, index: number) => Promise<StoredImage>,
): Promise<StoredResults> {
  const images: ResultImage[] = [];
  const failures: ProviderFailure[] = [];
  for (const [index, result] of made.entries()) {
    try {
      const image = 'url' in result ? await fetchAndStore(result.url, index) : result.image;
      const { revisedPrompt } = result;
      images.push(revisedPrompt === undefined ? image : { ...image, revisedPrompt });
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (!first) return { images, warnings: [] };
  if (images.length === 0) throw first;
  const message = `${failures.length} of ${made.length} images could not be fetched. ${first.message}`;
  return { images, warnings: [{ code: 'images_missing', param: 'n', message }] };
}
