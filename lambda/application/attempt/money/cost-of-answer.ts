// What a provider request has cost, as far as its outcome tells.

import type { StoredImage } from '../../../domain/images/image.ts';
import type { Attempt } from '../../../domain/jobs/attempt.ts';
import { costOf } from '../../../domain/money/cost.ts';
import type { Cost } from '../../../domain/money/quote.ts';
import type { Catalog } from '../../../domain/ports.ts';
import type { Finished } from '../../../domain/provider.ts';

/**
 * What a provider charges for a response with images; undefined if neither the response nor the price list tells. `stored` are those
 * images, once they are in the bucket: their sizes may determine the price.
 */
export const costOfAnswer = (
  catalog: Pick<Catalog, 'price'>,
  attempt: Attempt,
  { images, usage, cost }: Pick<Finished, 'images' | 'usage' | 'cost'>,
  stored?: readonly StoredImage[],
): Cost | undefined =>
  costOf(attempt.quote, catalog.price(attempt), {
    asked: attempt.imagesAsked,
    made: images.length,
    ...(stored?.length === images.length ? { pixels: stored.map(({ width, height }) => width * height) } : {}),
    ...(usage && { usage }),
    ...(cost === undefined ? {} : { said: cost }),
  });

/** What it charges for a response without usable images; undefined if the price doesn't tell. */
export const costOfFailure = (catalog: Pick<Catalog, 'price'>, attempt: Attempt): Cost | undefined =>
  costOf(attempt.quote, catalog.price(attempt), { asked: attempt.imagesAsked, made: attempt.imagesAsked });
