// Raw request and response bodies of a provider, stored at the caller's request.

import { withoutLongRuns } from '../../../domain/bytes/long-runs.ts';
import type { JsonValue } from '../../../domain/generation.ts';
import type { Attempt, RawSide } from '../../../domain/jobs/attempt.ts';
import type { JobOrder } from '../../../domain/jobs/job.ts';
import { isRepeated } from '../../../domain/jobs/ledger.ts';
import type { ImageStore } from '../../../domain/ports.ts';
import type { ProviderCall } from '../../../domain/provider.ts';
import type { Telemetry } from '../../../domain/telemetry.ts';
import { rawKey, rawKeysOf, rawName } from './attempt-keys.ts';
import type { AttemptObjects } from './attempt-objects.ts';

/**
 * Maximum length of a raw body's JSON text, in UTF-16 code units: with both, and images in base64, a buffered response stays
 * within Lambda's limit.
 */
export const maxRawCharacters = 512 * 1024;

interface RawDependencies {
  readonly images: Pick<ImageStore, 'findJson'>;
  readonly telemetry: Telemetry;
}

/** The raw bodies of one call, if the job's caller requested them. */
export interface RawSides {
  readonly keep: Pick<ProviderCall, 'keepRawRequest' | 'keepRawResponse'>;
  /** Stores the request, for the call that will finish the ticket; whether there was one. Throws nothing. */
  storeRequest(): Promise<boolean>;
  /** Stores both sides, and returns which exist. Throws nothing: a missing raw body must not cost an image. */
  store(): Promise<readonly RawSide[]>;
}

/** The raw bodies of the entry before a failed one, if the ledger merges the two: they are no longer referenced. */
export function supersededRawKeys(
  job: JobOrder & { readonly attempts: readonly Attempt[] },
  failed: Attempt,
): readonly string[] {
  const before = job.attempts.findLast(({ number }) => number < failed.number);
  return before !== undefined && isRepeated(before, failed) ? rawKeysOf(job, before) : [];
}

export function createRawSides(
  { images, telemetry }: RawDependencies,
  objects: Pick<AttemptObjects, 'keepJson'>,
  job: JobOrder,
  attempt: Attempt,
): RawSides {
  const made: Partial<Record<RawSide, () => JsonValue>> = {};
  const notKept = (side: RawSide, error: unknown): false => {
    telemetry.record('raw_not_kept', { jobId: job.id, attempt: attempt.number, name: rawName(side) }, error);
    return false;
  };

  async function stored(side: RawSide, makeValue: () => JsonValue): Promise<boolean> {
    try {
      // Removes what an adapter has left of an image's bytes, under any name.
      const text = withoutLongRuns(JSON.stringify(makeValue()));
      const { length } = text;
      if (length > maxRawCharacters) throw new RangeError(`${length} characters are more than an answer may show.`);
      await objects.keepJson(rawName(side), JSON.parse(text));
      return true;
    } catch (error) {
      return notKept(side, error);
    }
  }

  /** Whether the earlier call that got the ticket has stored its request. */
  async function wasStored(): Promise<boolean> {
    if (attempt.ticket === undefined || !job.rawWanted.request) return false;
    try {
      return (await images.findJson(rawKey(job, attempt.number, 'request'))) !== undefined;
    } catch (error) {
      return notKept('request', error);
    }
  }

  const storeRequest = (): Promise<boolean> => (made.request ? stored('request', made.request) : wasStored());
  return {
    keep: {
      keepRawRequest: (request) => {
        if (job.rawWanted.request) made.request = () => request;
      },
      keepRawResponse: (response) => {
        if (job.rawWanted.response) made.response = response;
      },
    },
    storeRequest,
    async store() {
      const [request, response] = await Promise.all([
        storeRequest(),
        made.response ? stored('response', made.response) : false,
      ]);
      return [...(request ? (['request'] as const) : []), ...(response ? (['response'] as const) : [])];
    },
  };
}
