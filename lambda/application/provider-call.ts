import type { Attempt } from '../domain/attempt.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { JsonValue, Warning } from '../domain/generation.ts';
import type { ByteStream, StoredImage } from '../domain/image.ts';
import type { JobOrder, ResultImage } from '../domain/job.ts';
import type { Clock, ImageStore, Telemetry } from '../domain/ports.ts';
import type { Finished, ProviderCall, ProviderImage } from '../domain/provider.ts';
import { attemptPrefix, type Manifest } from './finish-job.ts';

interface CallDependencies {
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What an adapter gets, and what its runner needs to know of how the call went. */
export interface RunningCall extends ProviderCall {
  /** What the provider delivered, as it is written down before the job is finished. */
  manifestOf(answer: Finished, planWarnings: readonly Warning[]): Promise<Manifest>;
  /** Any error of the call as a provider's failure: what isn't one leaves its outcome unknown. */
  failureFrom(error: unknown): ProviderFailure;
  /** Takes back what this call has put into the bucket. */
  discard(): Promise<void>;
  /** Ends the call's timer. */
  close(): void;
}

/**
 * Opens the gateway's side of one provider request: its time limit, the input bytes, and the place for its results,
 * which is this attempt's own.
 */
export function openCall(
  { images, clock, telemetry }: CallDependencies,
  job: JobOrder,
  attempt: Attempt,
  apiKey: string,
  lost: AbortSignal,
  timeoutSeconds: number,
): RunningCall {
  const prefix = attemptPrefix(job, attempt);
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(new Error('The time for the provider request is over.')),
    timeoutSeconds * 1000,
  );
  const signal = AbortSignal.any([timeout.signal, lost]);
  const saved: string[] = [];
  let storageFault: unknown;
  let rawRequest: JsonValue | undefined;
  let rawResponse: JsonValue | undefined;

  async function keep(name: string, value: JsonValue | undefined): Promise<string | undefined> {
    if (value === undefined) return undefined;
    const key = `${prefix}/${name}.json`;
    saved.push(key);
    await images.putJson(key, value);
    return key;
  }

  return {
    apiKey,
    signal,
    openImage: (image) => images.open(image.key),
    async saveImage(index, bytes): Promise<StoredImage> {
      const source = watched(bytes);
      let image: StoredImage | undefined;
      try {
        image = await images.save(`${prefix}/${index}`, source.bytes, signal);
      } catch (error) {
        if (!source.failed() && !signal.aborted) storageFault = error;
        throw error;
      }
      if (!image) throw new ProviderFailure('malformed', 'The provider answered with something that is no image.');
      saved.push(image.key);
      return image;
    },
    keepRawRequest: (request) => {
      if (job.rawWanted.request) rawRequest = request;
    },
    keepRawResponse: (response) => {
      if (job.rawWanted.response) rawResponse = response;
    },
    async manifestOf(answer, planWarnings): Promise<Manifest> {
      const endedAt = clock.now();
      const [rawRequestKey, rawResponseKey] = await Promise.all([
        keep('raw-request', rawRequest),
        keep('raw-response', rawResponse),
      ]);
      const { images: made, status: _, warnings, ...said } = answer;
      return {
        endedAt,
        result: {
          ...said,
          images: made.map(storedResult),
          provider: attempt.provider,
          model: attempt.model,
          latency: endedAt - attempt.startedAt,
          warnings: [...planWarnings, ...warnings],
          ...(rawRequestKey === undefined ? {} : { rawRequestKey }),
          ...(rawResponseKey === undefined ? {} : { rawResponseKey }),
        },
      };
    },
    failureFrom(error): ProviderFailure {
      if (storageFault !== undefined) return notStored(storageFault);
      const timedOut = timeout.signal.aborted && !lost.aborted;
      if (error instanceof ProviderFailure && !(timedOut && error.kind === 'unknown_outcome')) return error;
      const message = timedOut
        ? `The provider did not answer within ${timeoutSeconds} seconds.`
        : 'The provider request was interrupted; nobody knows what became of it.';
      return new ProviderFailure('unknown_outcome', message, { cause: error });
    },
    async discard(): Promise<void> {
      await images.remove(saved).catch((error: unknown) => {
        // The bucket's lifecycle sweeps what is left.
        telemetry.record('cleanup_failed', { jobId: job.id, attempt: attempt.number }, error);
      });
    },
    close: () => clearTimeout(timer),
  };
}

/** The provider has delivered, and so was paid, but the bucket did not take its images. */
const notStored = (cause: unknown): ProviderFailure =>
  new ProviderFailure('unknown_outcome', "The provider's images could not be stored.", { billed: 'yes', cause });

function storedResult(made: ProviderImage): ResultImage {
  if ('url' in made) throw new Error('A result that is an address must be fetched before the job is finished.');
  const { image, revisedPrompt } = made;
  return revisedPrompt === undefined ? image : { ...image, revisedPrompt };
}

/** The same bytes, remembering whether it was their source that failed. */
function watched(bytes: ByteStream): { readonly bytes: ByteStream; failed(): boolean } {
  let failed = false;
  async function* passOn() {
    try {
      yield* bytes;
    } catch (error) {
      failed = true;
      throw error;
    }
  }
  return { bytes: passOn(), failed: () => failed };
}
