import type { JsonObject } from '../../domain/generation.ts';
import { defaultCacheTtlSeconds, headerNames } from '../headers.ts';
import { limits } from '../limits.ts';

const header = (name: string, description: string, schema: JsonObject): JsonObject => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

/** Headers that any request may bear. */
export const requestIdParameter = header(
  headerNames.requestId,
  'An id for the request, echoed in the response; generated if absent.',
  {
    type: 'string',
    pattern: '^[\\x21-\\x7e]+$',
    maxLength: limits.requestIdCharacters,
  },
);

/** Lets the answer wait for a job's end. */
export const preferParameter = header(
  headerNames.prefer,
  `\`wait=N\`: the response may be held back until the job ends, for up to N seconds after the request arrived, at most ${limits.waitSeconds} (a POST: ${limits.submitWaitSeconds}). \`Preference-Applied\` gives the granted time; without it the response was immediate, for example because the caller already has its maximum of waiting requests.`,
  { type: 'string', examples: ['wait=20'] },
);

/** Headers that a submission may bear besides. */
export const submissionParameters: readonly JsonObject[] = [
  header(
    headerNames.resultTtl,
    'How many seconds the result is kept after the job has ended. Anything but a positive whole number counts as absent, with a warning.',
    {
      type: 'integer',
      minimum: 1,
      maximum: limits.resultTtlSeconds,
    },
  ),
  header(
    headerNames.idempotencyKey,
    'Submissions with the same key are one job. Remembered for 48 hours after its end, or its deadline if that is later.',
    {
      type: 'string',
      pattern: '^[\\x21-\\x7e]+$',
      minLength: 1,
      maxLength: limits.idempotencyKeyCharacters,
    },
  ),
  header(
    headerNames.rawRequest,
    '`true`, `1` or `t`: the result, or the error of a failed job, contains the request that was sent to the provider.',
    {
      type: 'boolean',
    },
  ),
  header(
    headerNames.rawResponse,
    "`true`, `1` or `t`: likewise the provider's response. One that is too large is left out, with the warning `raw_omitted`.",
    {
      type: 'boolean',
    },
  ),
  header(
    headerNames.cacheKey,
    'Takes part in the cache: equal submissions of the same owner with the same key share one answer. The first makes the images, equal ones in flight wait for it, and later ones get copies, free of charge. Equal means the same operation, fields (`response_format` apart) and image bytes.',
    {
      type: 'string',
      pattern: '^[\\x21-\\x7e]+$',
      minLength: 1,
      maxLength: limits.cacheKeyCharacters,
    },
  ),
  header(
    headerNames.cacheTtl,
    `With a cache key: how long the answer of this submission serves others, from its end, in whole seconds or as a duration such as \`5m\`; ${defaultCacheTtlSeconds} seconds by default, ${limits.cacheTtlSeconds} at most. Anything else counts as absent, with a warning.`,
    { type: 'string', examples: ['300', '5m'] },
  ),
  header(headerNames.cacheType, 'With a cache key: `direct`, the only kind of cache that there is.', {
    type: 'string',
    enum: ['direct'],
  }),
  header(
    headerNames.cacheNoStore,
    '`true`, `1` or `t`, with a cache key: the submission may be answered from the cache, but its own result is not stored in it.',
    { type: 'boolean' },
  ),
];
