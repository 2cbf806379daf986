import type { Answer, Replier, Reply } from '../reply.ts';

const at = 'ORIGIN/v1/predictions/p1';
const prediction = (fields: object): Answer => ({
  body: { id: 'p1', urls: { get: at, cancel: `${at}/cancel` }, error: null, output: null, ...fields },
});
const created: Answer = { ...prediction({ status: 'starting' }), status: 201 };
const ended = (fields: object): readonly Answer[] => [created, prediction(fields)];
const failed = (error: unknown) => ended({ status: 'failed', error });
const url = 'ORIGIN/a/out.webp';

/** replicate.com/docs/reference/http where nothing else is said; what models say when they fail is nowhere documented. */
export const subject: Replier = {
  model: 'black-forest-labs/flux-2-pro',
  replies: [
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
      source: 'assumed: models with several fields',
      answers: ended({ status: 'succeeded', output: [{ url }, { url: '' }, null, ' '] }),
      n: 2,
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
      source: 'assumed: both fields stand side by side in the schema',
      answers: ended({ status: 'failed', error: 'CUDA out of memory', output: [url] }),
      n: 2,
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
      ['Content flagged for: sexual', 'assumed'],
      ['The prompt violates our safety policy.', 'assumed'],
      ['Your input goes against our usage guidelines', 'assumed'],
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
      source: 'assumed',
      answers: failed('Director: unexpected error handling prediction (E6716)'),
      becomes: { kind: 'overloaded', billed: 'unknown' },
    },
    {
      name: 'an error that is an object',
      source: 'assumed',
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
      source: 'replicate.com/docs/topics/predictions/rate-limits; its plain text is assumed',
      answers: [{ status: 429, body: 'Request was throttled. Your rate limit resets in ~8s.' }],
      becomes: { kind: 'rate_limited', billed: 'no', message: 'throttled' },
    },
    {
      name: 'an output that is an object with a list',
      source: 'assumed',
      answers: ended({ status: 'succeeded', output: { images: [{ url }, url] } }),
      n: 2,
      becomes: { images: 2 },
    },
  ],
};
