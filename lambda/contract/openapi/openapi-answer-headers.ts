import type { JsonObject } from '../../domain/generation.ts';
import { headerNames } from '../headers.ts';

const header = (description: string, schema: JsonObject): JsonObject => ({ description, schema });

const described = {
  [headerNames.requestId]: header('The id of the request.', { type: 'string' }),
  Location: header('The address of the job or image.', { type: 'string', format: 'uri' }),
  Allow: header('The methods that the path allows.', { type: 'string', examples: ['GET, DELETE'] }),
  'Retry-After': header('Seconds to wait before the next request.', { type: 'integer', minimum: 1 }),
  [headerNames.idempotencyReplayed]: header(
    '`true` if a submission with the same idempotency key had created the job before.',
    {
      type: 'string',
      const: 'true',
    },
  ),
  [headerNames.jobId]: header(
    'The job behind the response, which the asynchronous routes show, cancel and delete; absent if none was accepted.',
    { type: 'string', format: 'uuid' },
  ),
  [headerNames.shouldRetry]: header(
    '`false` if a retry would gain nothing or could be charged again: the job continues, a provider charged or may have charged for it, the failure is a replayed one, a store failed and the job may run nevertheless, or the caller has its maximum of files. The official OpenAI SDKs honour it.',
    { type: 'string', const: 'false' },
  ),
  [headerNames.preferenceApplied]: header('The granted `wait`.', { type: 'string' }),
  [headerNames.rateLimitPolicy]: header(
    "The caller's rate limits, one item per window, from the shortest to the longest: `q` submissions in `w` seconds.",
    { type: 'string', examples: ['"1m";q=600;w=60'] },
  ),
  [headerNames.rateLimit]: header('The remainder of each: `r` submissions in the next `t` seconds.', {
    type: 'string',
    examples: ['"1m";r=599;t=42'],
  }),
  [headerNames.budgetLimit]: header("The caller's budget that has least left: US dollars per window.", {
    type: 'number',
    examples: [50],
  }),
  [headerNames.budgetRemaining]: header(
    'What it had left at the submission, in US dollars; what open jobs may cost, the new one included, is taken off.',
    {
      type: 'number',
      examples: [37.4],
    },
  ),
  [headerNames.budgetReset]: header('Seconds until its next window begins.', { type: 'integer', minimum: 1 }),
} as const satisfies Readonly<Record<string, JsonObject>>;

export type AnswerHeader = keyof typeof described;

/** How the caller's limits stand, where there are any and the submission was counted. */
export const limitHeaders: readonly AnswerHeader[] = [
  headerNames.rateLimitPolicy,
  headerNames.rateLimit,
  headerNames.budgetLimit,
  headerNames.budgetRemaining,
  headerNames.budgetReset,
];

/** Headers that an answer bears always, or only at times. */
export interface AnswerHeaders {
  readonly always?: readonly AnswerHeader[];
  readonly sometimes?: readonly AnswerHeader[];
}

/** An answer bears these always: the document keeps them a second time, as required. */
const requirable = [headerNames.requestId, 'Location', 'Allow', 'Retry-After'] as const;

const requiredName = (name: AnswerHeader): string => `${name}.always`;

const { Allow: _, ...sometimesMissing } = described;

/** The headers of answers as the document keeps them. */
export const answerHeaders: JsonObject = {
  ...sometimesMissing,
  ...Object.fromEntries(requirable.map((name) => [requiredName(name), { ...described[name], required: true }])),
};

/** References to headers, by name. */
export const headerReferences = ({ always = [], sometimes = [] }: AnswerHeaders): JsonObject =>
  Object.fromEntries([
    ...always.map((name) => [name, reference(requiredName(name))]),
    ...sometimes.map((name) => [name, reference(name)]),
  ]);

const reference = (name: string): JsonObject => ({ $ref: `#/components/headers/${name}` });
