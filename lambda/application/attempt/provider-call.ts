import { cutText } from '../../domain/bytes/bounded-text.ts';
import { GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import type { ImageParameters } from '../../domain/generation.ts';
import type { ByteStream, InputImage, StoredImage } from '../../domain/images/image.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import { itemLimits } from '../../domain/jobs/item-limits.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';
import type { JobResult } from '../../domain/jobs/job-result.ts';
import { withWarnings } from '../../domain/jobs/warnings.ts';
import type { Clock, FetchImage, ImageStore, PlanRequest, Timers } from '../../domain/ports.ts';
import type { Finished, ProviderCall } from '../../domain/provider.ts';
import type { ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { timeLimit } from '../timing/time-limit.ts';
import { createAttemptObjects, fetchedName, watched } from './attempt-objects.ts';
import { fetchResults } from './fetch-results.ts';
import { attemptPrefix, type Manifest } from './finish-job.ts';
import { openInput } from './prepare-request.ts';
import { createRawSides, rawKey } from './raw-sides.ts';
import { notStored } from './store-failure.ts';
import type { Witness } from './witness.ts';

interface CallDependencies {
  readonly images: ImageStore;
  readonly fetchImage: FetchImage;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  /**
   * The inputs of this request that were redrawn for it, by key.
   * @default - none: all are in the bucket
   */
  readonly redrawn?: ReadonlyMap<string, Uint8Array>;
  readonly witness?: Witness | undefined;
}

/** Results that a provider only gave addresses for may be fetched for at least so long, also where it answered late. */
const minFetchSeconds = 25;

/** What a result tells of how it was asked for. */
export type Planned = Pick<ReturnType<PlanRequest>, 'request' | 'deployment' | 'warnings'>;

/** What an adapter gets, and what its runner needs to know of how the call went. */
export interface RunningCall extends ProviderCall {
  /** The key that the call is made with. */
  readonly key: ProviderKey;
  /** What the provider delivered, fetched where need be, as it is written down before the job is finished. */
  manifestOf(answer: Finished, planned: Planned): Promise<Manifest>;
  /** Keeps what was sent for the call that will finish the work behind a ticket. */
  keepForLater(): Promise<void>;
  /** Keeps both sides of a request that failed, and gives its entry with a word on them. */
  withRaw(failed: Attempt): Promise<Attempt>;
  /** What our own store did to the call; undefined while it has given and taken everything. */
  storeFailure(): GatewayFailure | undefined;
  /** Any error of the call as the failure that it is: what is neither the store's nor the provider's leaves the outcome unknown. */
  failureFrom(error: unknown): ProviderFailure | GatewayFailure;
  /** Whether this call has put anything into the bucket, or may have. */
  hasStored(): boolean;
  /** Takes back what this call has put into the bucket. */
  discard(): Promise<void>;
  /** The same, but for what the caller asked to see of a request that failed. */
  discardImages(): Promise<void>;
  /** Ends the call's timer. */
  close(): void;
}

/**
 * Opens the gateway's side of one provider request: its time limit, the input bytes, and the place for its results,
 * which is this attempt's own.
 */
export function openCall(
  { images, fetchImage, clock, timers, telemetry, redrawn = new Map(), witness }: CallDependencies,
  job: JobOrder,
  attempt: Attempt,
  key: ProviderKey,
  lost: AbortSignal,
  timeoutSeconds: number,
): RunningCall {
  const objects = createAttemptObjects(images, attemptPrefix(job, attempt));
  const limit = timeLimit(timers, timeoutSeconds * 1000, 'The time for the provider request is over.', lost);
  const { signal } = limit;
  const raw = createRawSides({ images, telemetry }, objects, job, attempt);

  let unreadable: GatewayFailure | undefined;

  const storeFailure = (): GatewayFailure | undefined =>
    objects.fault() === undefined ? unreadable : notStored(objects.fault());

  async function openImage(image: InputImage): Promise<ByteStream> {
    const note = (error: unknown) => {
      if (error instanceof GatewayFailure) unreadable = error;
    };
    try {
      return watched(await openInput(images, redrawn, image), note);
    } catch (error) {
      note(error);
      throw error;
    }
  }

  /** Beside the images of the answer itself, whose names are numbers. */
  async function fetchAndStore(url: string, index: number, until: AbortSignal): Promise<StoredImage> {
    try {
      return await objects.saveImage(fetchedName(index), fetchImage(url, attempt.provider, until), until);
    } catch (error) {
      if (lost.aborted) throw lost.reason;
      throw objects.fault() === undefined ? undelivered(error) : error;
    }
  }

  /** The bucket's lifecycle sweeps what is left. */
  const notCleaned = (error: unknown): void =>
    telemetry.record('cleanup_failed', { jobId: job.id, attempt: attempt.number }, error);

  return {
    key,
    apiKey: key.apiKey,
    signal,
    openImage,
    saveImage: (index, bytes) => objects.saveImage(String(index), bytes, signal),
    ...raw.keep,
    ...(witness && {
      partials: {
        count: witness.partialImages,
        take: (partial) => witness.partial(attempt.number, partial),
      },
    }),
    async manifestOf(answer, planned): Promise<Manifest> {
      const millisecondsLeft = Math.ceil(timeoutSeconds * 1000 - (clock.now() - attempt.startedAt));
      const fetchMilliseconds = Math.max(minFetchSeconds * 1000, millisecondsLeft);
      const fetching = timeLimit(timers, fetchMilliseconds, 'The time for fetching the results is over.', lost);
      const results = await fetchResults(answer.images, (url, index) =>
        fetchAndStore(url, index, fetching.signal),
      ).finally(fetching.close);
      const endedAt = clock.now();
      const sides = await raw.store();
      const { images: _, status: __, warnings, ...said } = answer;
      return {
        endedAt,
        result: {
          ...sent(planned.request.parameters),
          ...said,
          images: results.images,
          provider: attempt.provider,
          model: attempt.model,
          deployment: planned.deployment,
          latency: endedAt - attempt.startedAt,
          warnings: withWarnings([], [...planned.warnings, ...warnings, ...results.warnings]),
          ...(sides.includes('request') ? { rawRequestKey: rawKey(job, attempt.number, 'request') } : {}),
          ...(sides.includes('response') ? { rawResponseKey: rawKey(job, attempt.number, 'response') } : {}),
        },
      };
    },
    async keepForLater(): Promise<void> {
      await raw.storeRequest();
    },
    async withRaw(failed): Promise<Attempt> {
      const sides = await raw.store();
      return sides.length === 0 ? failed : { ...failed, raw: { attempt: failed.number, sides } };
    },
    storeFailure,
    failureFrom(error): ProviderFailure | GatewayFailure {
      const ours = error instanceof GatewayFailure ? error : storeFailure();
      if (ours) return ours;
      const timedOut = limit.isOver() && !lost.aborted;
      if (error instanceof ProviderFailure && !(timedOut && error.kind === 'unknown_outcome')) return error;
      const message = timedOut
        ? `The provider did not answer within ${timeoutSeconds} seconds.`
        : 'The provider request was interrupted; nobody knows what became of it.';
      return new ProviderFailure('unknown_outcome', message, { cause: error });
    },
    hasStored: objects.hasStored,
    discard: () => objects.discard().catch(notCleaned),
    discardImages: () => objects.discardImages().catch(notCleaned),
    close: limit.close,
  };
}

/** What a model was asked for, as far as a result tells it. */
const sent = ({ background, quality }: ImageParameters): Pick<JobResult, 'background' | 'quality'> => ({
  ...(background === undefined ? {} : { background }),
  ...(quality === undefined ? {} : { quality: cutText(quality, itemLimits.saidBytes) }),
});

/**
 * An answer that names an image which nobody can have is like one without it, but has surely been paid for: `malformed`
 * by the table of failures, which allows one further request in all.
 */
function undelivered(error: unknown): ProviderFailure {
  const message =
    error instanceof ProviderFailure
      ? error.message
      : "The provider's image could not be fetched in the time there was.";
  return new ProviderFailure('malformed', message, { billed: 'yes', cause: error });
}
