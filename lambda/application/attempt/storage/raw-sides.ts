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
 * The longest text of JSON that is kept of either side, in UTF-16 code units: with both, and images in base64, an answer that isn't
 * streamed stays within what Lambda takes.
 */
export const maxRawCharacters = 512 * 1024;

interface RawDependencies {
  readonly images: Pick<ImageStore, 'findJson'>;
  readonly telemetry: Telemetry;
}

/** What one call keeps of the provider's wire, as far as the job's caller asked to see it. */
export interface RawSides {
  readonly keep: Pick<ProviderCall, 'keepRawRequest' | 'keepRawResponse'>;
  /** Stores what was sent, for the call that will finish the work behind a ticket; tells whether there was anything. Throws nothing. */
  storeRequest(): Promise<boolean>;
  /** Stores both sides, and tells which of them are there. Throws nothing: what was only to be shown costs nobody an image. */
  store(): Promise<readonly RawSide[]>;
}

/** What the entry before a failed one leaves behind where the two become one in the ledger: nothing will lead to it any more. */
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
      // Whatever an adapter has left of an image's bytes, under whichever name, goes here.
      const text = withoutLongRuns(JSON.stringify(makeValue()));
      const { length } = text;
      if (length > maxRawCharacters) throw new RangeError(`${length} characters are more than an answer may show.`);
      await objects.keepJson(rawName(side), JSON.parse(text));
      return true;
    } catch (error) {
      return notKept(side, error);
    }
  }

  /** Whether a call before this one, which got the ticket, has stored what it sent. */
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
