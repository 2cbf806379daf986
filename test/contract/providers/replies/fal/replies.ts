import type { Answer, Replier, Reply } from '../reply.ts';

const at = 'ORIGIN/fal-ai/flux/requests/r1';
const queued: Answer = {
  body: {
    request_id: 'r1',
    status: 'IN_QUEUE',
    status_url: `${at}/status`,
    response_url: at,
    cancel_url: `${at}/cancel`,
  },
};
const completed: Answer = { body: { status: 'COMPLETED' } };
const ended = (...results: readonly Answer[]): readonly Answer[] => [queued, completed, ...results];
const detailed = (status: number, ...types: readonly string[]): Answer => ({
  status,
  body: { detail: types.map((type) => ({ loc: ['body'], msg: `It is ${type}.`, type })) },
});
const url = 'ORIGIN/files/a.png';

/** https://fal.ai/docs/model-apis/errors names the types, which are seen behind other statuses too: vm0-ai/vm0#32890, #34356. */
export const subject: Replier = {
  model: 'fal-ai/flux/dev',
  replies: [
    {
      name: 'images with all that stands beside them',
      source: 'vercel/ai packages/fal, fal-image-model.test.ts',
      answers: ended({ body: { images: [{ url, width: 64, height: 64 }], has_nsfw_concepts: [false], seed: 1 } }),
      becomes: { images: 1 },
    },
    {
      name: 'the units that were billed, in a header',
      source: 'TanStack/ai#722; fal.ai/docs, publishing to the marketplace',
      answers: ended({ body: { images: [{ url }] }, headers: { 'x-fal-billable-units': '2' } }),
      becomes: { images: 1, cost: 50_000 },
    },
    {
      name: 'units that are no number',
      source: 'assumed',
      answers: ended({ body: { images: [{ url }] }, headers: { 'x-fal-billable-units': 'many' } }),
      becomes: { images: 1 },
    },
    {
      name: 'a single image',
      source: 'fal.ai/models/fal-ai/bria/expand',
      answers: ended({ body: { image: { url, content_type: 'image/png' } } }),
      becomes: { images: 1 },
    },
    {
      name: 'one withheld image, and one that is missing before it',
      source: 'vercel/ai packages/fal (has_nsfw_concepts)',
      answers: ended({
        body: { images: [{ url: '' }, { url: `${url}?1` }, { url }], has_nsfw_concepts: [false, true, false] },
      }),
      n: 3,
      becomes: { images: 1, warnings: ['images_missing'] },
    },
    {
      name: 'nothing but withheld images',
      source: 'vercel/ai packages/fal (has_nsfw_concepts)',
      answers: ended({ body: { images: [{ url }], has_nsfw_concepts: [true] } }),
      becomes: { kind: 'refused', billed: 'yes' },
    },
    {
      name: 'images in spite of an error in the queue',
      source: 'fal.ai/docs, queue: error beside COMPLETED',
      answers: [
        queued,
        { body: { status: 'COMPLETED', error: 'late', error_type: 'request_timeout' } },
        { body: { images: [{ url }] } },
      ],
      becomes: { images: 1 },
    },
    {
      name: 'a refused prompt',
      source: 'fal.ai/docs/model-apis/errors',
      answers: ended(detailed(422, 'content_policy_violation')),
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a refusal behind another mistake',
      source: 'fal.ai/docs/model-apis/errors (several entries)',
      answers: ended(detailed(422, 'image_load_error', 'content_policy_violation')),
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    ...['downstream_service_error', 'downstream_service_unavailable'].flatMap((type) =>
      [400, 422, 500].map(
        (status): Reply => ({
          name: `${type} behind a ${status}`,
          source: 'vm0-ai/vm0#34356',
          answers: ended(detailed(status, type)),
          becomes: { kind: 'overloaded', billed: 'no', message: type },
        }),
      ),
    ),
    {
      name: 'a type that the queue alone names',
      source: 'fal.ai/docs, queue: error_type',
      answers: [
        queued,
        { body: { status: 'COMPLETED', error: 'The upstream failed.', error_type: 'downstream_service_error' } },
        { status: 422, body: {} },
      ],
      becomes: { kind: 'overloaded', billed: 'no', message: 'The upstream failed.' },
    },
    {
      name: 'no media',
      source: 'public handlers of fal-ai/nano-banana-2, "unsafe content"',
      answers: ended(detailed(422, 'no_media_generated')),
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a 422 that may be asked again',
      source: 'fal.ai/docs/model-apis/errors (X-Fal-Retryable)',
      answers: ended({ ...detailed(422, 'something_new'), headers: { 'x-fal-retryable': 'true' } }),
      becomes: { kind: 'overloaded', billed: 'no' },
    },
    {
      name: 'a field that breaks a rule',
      source: 'fal.ai/docs/model-apis/errors',
      answers: [
        {
          status: 422,
          body: { detail: [{ loc: ['body', 'image_size', 'width'], msg: 'Too large', type: 'less_than' }] },
        },
      ],
      becomes: { kind: 'invalid', billed: 'no', message: 'Too large', param: 'size' },
    },
    {
      name: 'an empty account',
      source: 'assumed',
      answers: [{ status: 403, body: { detail: 'User is locked. Reason: Exhausted balance.' } }],
      becomes: { kind: 'billing', billed: 'no' },
    },
    {
      name: 'a result without an image',
      source: 'fal-ai/fal-js queue.ts',
      answers: ended({ body: { images: [null, { url: null }] } }),
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'one image that another field calls unsafe',
      source: 'vercel/ai packages/fal, fal-image-model.ts (nsfw_content_detected)',
      answers: ended({ body: { images: [{ url }, { url: `${url}?1` }], nsfw_content_detected: [true, false] } }),
      n: 2,
      becomes: { images: 1, warnings: ['images_missing'] },
    },
    {
      name: 'a single image that is called unsafe',
      source: 'vercel/ai packages/fal, fal-image-model.ts (nsfw_content_detected)',
      answers: ended({ body: { image: { url }, nsfw_content_detected: true } }),
      becomes: { kind: 'refused', billed: 'yes' },
    },
    {
      name: 'an image within an object of its own',
      source: 'assumed',
      answers: ended({ body: { images: [{ image: { url } }] } }),
      becomes: { images: 1 },
    },
    ...[500, 503, 504].map(
      (status): Reply => ({
        name: `a ${status} that is of no use a second time`,
        source: 'fal.ai/docs/model-apis/errors (X-Fal-Retryable)',
        answers: ended({ ...detailed(status, 'internal_server_error'), headers: { 'x-fal-retryable': 'false' } }),
        becomes: { kind: 'unsupported', billed: 'no' },
      }),
    ),
    {
      name: 'a refusal that is of no use a second time',
      source: 'fal.ai/docs/model-apis/errors (X-Fal-Retryable)',
      answers: ended({ ...detailed(422, 'content_policy_violation'), headers: { 'x-fal-retryable': 'false' } }),
      becomes: { kind: 'refused', billed: 'unknown' },
    },
  ],
};
