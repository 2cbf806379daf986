// Downloads results given as URLs into S3, and builds the manifest.

import { ProviderFailure } from '../../../domain/failure.ts';
import type { StoredImage } from '../../../domain/images/image.ts';
import type { KeptPlan } from '../../../domain/jobs/attempt.ts';
import { withWarnings } from '../../../domain/jobs/warnings.ts';
import type { Clock, FetchImage, Timers } from '../../../domain/ports.ts';
import type { Finished } from '../../../domain/provider.ts';
import { timeLimit } from '../../timing/time-limit.ts';
import type { Exchange } from '../exchange.ts';
import { fetchedName, rawKey } from './attempt-keys.ts';
import { fetchResults } from './fetch-results.ts';
import type { Manifest } from './manifest.ts';

interface CollectDependencies {
  readonly fetchImage: FetchImage;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Minimum time for downloading results given as URLs, even if the provider responded late. */
const minFetchSeconds = 25;

/**
 * The manifest of what a provider delivered; results given as URLs are downloaded into the bucket. `plan` is the plan of the
 * request. Throws ProviderFailure `malformed` if no image can be downloaded.
 */
export async function collectResults(
  { fetchImage, clock, timers }: CollectDependencies,
  { job, attempt, call }: Exchange,
  answer: Finished,
  plan: KeptPlan,
): Promise<Manifest> {
  const { objects, lost, raw } = call;

  /** Named apart from the images in the answer itself, whose names are numbers. */
  async function fetchAndStore(url: string, index: number, until: AbortSignal): Promise<StoredImage> {
    try {
      return await objects.saveImage(fetchedName(index), fetchImage(url, attempt.provider, until), until);
    } catch (error) {
      if (lost.aborted) throw lost.reason;
      throw objects.fault() === undefined ? undelivered(error) : error;
    }
  }

  const millisecondsLeft = Math.ceil(call.timeoutSeconds * 1000 - (clock.now() - attempt.startedAt));
  const fetchMilliseconds = Math.max(minFetchSeconds * 1000, millisecondsLeft);
  const fetching = timeLimit(timers, fetchMilliseconds, 'The time for fetching the results is over.', lost);
  const results = await fetchResults(answer.images, (url, index) => fetchAndStore(url, index, fetching.signal)).finally(
    fetching.close,
  );
  const endedAt = clock.now();
  const sides = await raw.store();
  const { images: _, status: __, cost: ___, warnings, ...said } = answer;
  const { deployment, warnings: plannedWarnings, ...asked } = plan;
  return {
    endedAt,
    result: {
      ...asked,
      ...said,
      images: results.images,
      provider: attempt.provider,
      model: attempt.model,
      deployment,
      latency: endedAt - attempt.startedAt,
      warnings: withWarnings([], [...plannedWarnings, ...warnings, ...results.warnings]),
      ...(sides.includes('request') ? { rawRequestKey: rawKey(job, attempt.number, 'request') } : {}),
      ...(sides.includes('response') ? { rawResponseKey: rawKey(job, attempt.number, 'response') } : {}),
    },
  };
}

/**
 * An image whose URL can't be downloaded is like a missing one, but certainly charged: `malformed`, which `failurePolicies`
 * allows one further request in all.
 */
function undelivered(error: unknown): ProviderFailure {
  const message =
    error instanceof ProviderFailure ? error.message : "The provider's image could not be fetched in time.";
  return new ProviderFailure('malformed', message, { billed: 'yes', cause: error });
}
