// The context of a provider request: timeout, abort signal, inputs, result storage, classification of errors.

import { GatewayFailure, ProviderFailure } from '../../domain/failure.ts';
import type { InputImage } from '../../domain/images/image.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { JobOrder } from '../../domain/jobs/job.ts';
import type { ImageStore, Timers } from '../../domain/ports.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import type { ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { timeLimit } from '../timing/time-limit.ts';
import { attemptPrefix } from './storage/attempt-keys.ts';
import { type AttemptObjects, createAttemptObjects } from './storage/attempt-objects.ts';
import { createCallInputs } from './storage/call-inputs.ts';
import { createRawSides, type RawSides } from './storage/raw-sides.ts';
import { notStored } from './storage/store-failure.ts';
import type { Witness } from './witness.ts';

interface CallDependencies {
  readonly images: ImageStore;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  /**
   * The redrawn inputs of this request, by key.
   * @default - none: all are in the bucket
   */
  readonly redrawn?: ReadonlyMap<string, Uint8Array>;
  /**
   * The presigned addresses of inputs that the provider fetches, by key.
   * @default - none: it gets bytes
   */
  readonly addresses?: ReadonlyMap<string, string>;
  readonly witness?: Witness | undefined;
}

/** What an adapter gets (`ProviderCall`), and what its caller needs to know about the call. */
export interface RunningCall extends ProviderCall {
  /** The provider key in use. */
  readonly key: ProviderKey;
  readonly timeoutSeconds: number;
  /** Fires where the job is another worker's, or has ended. */
  readonly lost: AbortSignal;
  /** What the call stores in the bucket. */
  readonly objects: AttemptObjects;
  /** Raw bodies that the caller requested. */
  readonly raw: RawSides;
  /** The failure of our own store during the call; undefined if there was none. */
  storeFailure(): GatewayFailure | undefined;
  /** Classifies any error of the call: neither the store's nor the provider's means `unknown_outcome`. */
  failureFrom(error: unknown): ProviderFailure | GatewayFailure;
  /** Deletes what this call has stored. Throws nothing: lifecycle rules remove the rest. */
  deleteObjects(): Promise<void>;
  /** Likewise, but keeps the raw bodies of a failed request. */
  deleteImages(): Promise<void>;
  /** Ends the call's timer. */
  close(): void;
}

/**
 * Opens the gateway's side of one provider request: its time limit, the input bytes, and the storage for its results, below
 * this attempt's own prefix.
 */
export function openCall(
  { images, timers, telemetry, redrawn = new Map(), addresses = new Map(), witness }: CallDependencies,
  job: JobOrder,
  attempt: Attempt,
  key: ProviderKey,
  lost: AbortSignal,
  timeoutSeconds: number,
): RunningCall {
  const objects = createAttemptObjects(images, attemptPrefix(job, attempt));
  const inputs = createCallInputs(images, redrawn);
  const limit = timeLimit(timers, timeoutSeconds * 1000, 'The time for the provider request is over.', lost);
  const { signal } = limit;
  const raw = createRawSides({ images, telemetry }, objects, job, attempt);
  const notCleaned = (error: unknown): void =>
    telemetry.record('cleanup_failed', { jobId: job.id, attempt: attempt.number }, error);
  const storeFailure = (): GatewayFailure | undefined =>
    objects.fault() === undefined ? inputs.failure() : notStored(objects.fault());
  return {
    key,
    apiKey: key.apiKey,
    timeoutSeconds,
    lost,
    signal,
    objects,
    raw,
    openImage: inputs.openImage,
    ...(addresses.size > 0 && { addressOf: ({ key }: InputImage) => addresses.get(key) }),
    saveImage: (index, bytes) => objects.saveImage(String(index), bytes, signal),
    ...raw.keep,
    ...(witness && {
      partials: { count: witness.partialImages, take: (partial) => witness.partial(attempt.number, partial) },
    }),
    storeFailure,
    failureFrom: (error) =>
      (error instanceof GatewayFailure ? error : storeFailure()) ??
      failureOfProvider(error, limit.isOver() && !lost.aborted, timeoutSeconds),
    deleteObjects: () => objects.deleteAll().catch(notCleaned),
    deleteImages: () => objects.deleteImages().catch(notCleaned),
    close: limit.close,
  };
}

function failureOfProvider(error: unknown, timedOut: boolean, timeoutSeconds: number): ProviderFailure {
  if (error instanceof ProviderFailure && !(timedOut && error.kind === 'unknown_outcome')) return error;
  const message = timedOut
    ? `The provider did not answer within ${timeoutSeconds} seconds.`
    : 'The provider request was interrupted; its outcome is unknown.';
  return new ProviderFailure('unknown_outcome', message, { cause: error });
}
