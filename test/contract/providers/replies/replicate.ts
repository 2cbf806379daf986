import type { Reply, ReplyAnswer } from './hosted-reply.ts';

const at = 'https://api.replicate.com/v1/predictions/p1';
const prediction = (fields: object): ReplyAnswer => ({
  body: { id: 'p1', urls: { get: at, cancel: `${at}/cancel` }, error: null, output: null, ...fields },
});
const created: ReplyAnswer = { ...prediction({ status: 'starting' }), status: 201 };
const ended = (fields: object): readonly ReplyAnswer[] => [created, prediction(fields)];
const failed = (error: unknown) => ended({ status: 'failed', error });
const url = 'https://replicate.delivery/a/out.webp';

/** replicate.com/docs/reference/http where nothing else is said; what models say when they fail is nowhere documented. */
export const replicateReplies: readonly Reply[] = [
  {
    name: 'an output that is a list',
    source: 'replicate/replicate-javascript',
    answers: ended({ status: 'succeeded', output: [url] }),
    becomes: { images: 1 },
  },
  {
    name: 'an output that is an address',
    source: 'vercel/ai packages/replicate',
    answers: ended({ status: 'succeeded', output: url }),
    becomes: { images: 1 },
  },
  {
    name: 'outputs that are objects, one of them empty',
    source: 'not seen in a public copy: models with several fields',
    answers: ended({ status: 'succeeded', output: [{ url }, { url: '' }, null, ' '] }),
    asked: 2,
    becomes: { images: 1, warnings: ['images_missing'] },
  },
  {
    name: 'an output before the end',
    source: 'vercel/ai packages/replicate (Prefer: wait)',
    answers: [
      created,
      prediction({ status: 'processing', output: [url] }),
      prediction({ status: 'succeeded', output: [url] }),
    ],
    becomes: { images: 1 },
  },
  {
    name: 'a failure after the first of two images',
    source: 'not seen in public: both fields stand side by side in the schema',
    answers: ended({ status: 'failed', error: 'CUDA out of memory', output: [url] }),
    asked: 2,
    becomes: { images: 1, warnings: ['images_missing'] },
  },
  {
    name: 'no output',
    source: 'replicate.com/docs/reference/http',
    answers: ended({ status: 'succeeded', output: [] }),
    becomes: { kind: 'malformed', billed: 'unknown', message: 'without an image' },
  },
  ...[
    ['NSFW content detected. Try running it again.', 'replicate/cog-flux#7'],
    [
      'The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
      'words of E005 in public handlers',
    ],
    ['Content flagged for: sexual', 'not seen in a public copy: from general knowledge'],
    ['The prompt violates our safety policy.', 'not seen in a public copy: from general knowledge'],
    ['Your input goes against our usage guidelines', 'not seen in a public copy: from general knowledge'],
  ].map(
    ([error = '', source = '']): Reply => ({
      name: `a refusal in words: ${error}`,
      source,
      answers: failed(error),
      becomes: { kind: 'refused', billed: 'unknown', message: error },
    }),
  ),
  {
    name: 'a failure that another try may mend',
    source: 'not seen in a public copy: from general knowledge',
    answers: failed('Director: unexpected error handling prediction (E6716)'),
    becomes: { kind: 'overloaded', billed: 'unknown' },
  },
  {
    name: 'an error that is an object',
    source: 'not seen in public',
    answers: failed({ message: 'CUDA out of memory' }),
    becomes: { kind: 'malformed', billed: 'unknown', message: 'CUDA out of memory' },
  },
  {
    name: 'a field that breaks a rule',
    source: 'maximhq/bifrost core/providers/replicate/errors.go',
    answers: [
      {
        status: 422,
        body: { title: 'Input validation failed', detail: '- input.width: must be at most 1440', status: 422 },
      },
    ],
    becomes: { kind: 'invalid', billed: 'no', message: 'input.width', param: 'size' },
  },
  {
    name: 'no credit',
    source: 'replicate.com/docs, billing',
    answers: [{ status: 402, body: { title: 'Insufficient credit', detail: '', status: 402 } }],
    becomes: { kind: 'billing', billed: 'no', message: 'Insufficient credit' },
  },
  {
    name: 'a limit in plain text',
    source: 'replicate.com/docs/topics/predictions/rate-limits; the plain text was not seen in public',
    answers: [{ status: 429, body: 'Request was throttled. Your rate limit resets in ~8s.' }],
    becomes: { kind: 'rate_limited', billed: 'no', message: 'throttled' },
  },
];
