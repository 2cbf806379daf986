// Sequential download of result URLs, tolerating partial failure.

import { ProviderFailure } from '../../../domain/failure.ts';
import type { Warning } from '../../../domain/generation.ts';
import type { StoredImage } from '../../../domain/images/image.ts';
import type { ResultImage } from '../../../domain/jobs/job-result.ts';
import type { ProviderImage } from '../../../domain/provider.ts';

/** The stored results, and warnings about missing ones. */
export interface StoredResults {
  readonly images: readonly ResultImage[];
  readonly warnings: readonly Warning[];
}

/**
 * Downloads results given as URLs immediately, since these expire within minutes, and one at a time, since several jobs share the
 * worker's memory. Images that can't be downloaded are omitted with a warning, like those that a provider did not make; if
 * none is left, throws the first ProviderFailure.
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
