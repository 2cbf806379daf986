import { type Answer, base64, picture, type Replier } from '../reply.ts';

const png = { 'content-type': 'image/png' };
const error = (status: number, name: string, errors: unknown): readonly Answer[] => [
  { status, body: { id: 'e1', name, errors } },
];

/** platform.stability.ai/docs/api-reference where nothing else is said. */
export const subject: Replier = {
  model: 'stable-image-core',
  replies: [
    {
      name: 'the bytes of an image',
      source: 'platform.stability.ai/docs/api-reference',
      answers: [{ headers: { ...png, 'finish-reason': 'SUCCESS' }, body: picture }],
      becomes: { images: 1 },
    },
    {
      name: 'bytes under a wrong type',
      source: 'assumed',
      answers: [{ headers: { 'content-type': 'application/json' }, body: picture }],
      becomes: { images: 1 },
    },
    {
      name: 'JSON, though bytes were asked for',
      source: 'BerriAI/litellm test_stability_image_generation.py',
      answers: [{ headers: png, body: { image: base64, finish_reason: 'SUCCESS', seed: 7 } }],
      becomes: { images: 1 },
    },
    {
      name: 'a filtered image',
      source: 'platform.stability.ai/docs/api-reference (finish-reason)',
      answers: [{ headers: { ...png, 'finish-reason': 'CONTENT_FILTERED' }, body: picture }],
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a filtered image in JSON',
      source: 'BerriAI/litellm test_stability_image_generation.py',
      answers: [{ body: { image: base64, finish_reason: 'CONTENT_FILTERED' } }],
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'an empty body',
      source: 'assumed',
      answers: [{ headers: png, body: '' }],
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'JSON without an image',
      source: 'BerriAI/litellm test_stability_image_generation.py',
      answers: [{ body: { image: null, finish_reason: null } }],
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'a refused prompt',
      source: 'platform.stability.ai/docs/api-reference ("not charged for failed generations")',
      answers: error(403, 'content_moderation', ['Your request was flagged by our content moderation system.']),
      becomes: { kind: 'refused', billed: 'no', message: 'flagged' },
    },
    {
      name: 'several mistakes, one of them empty',
      source: 'platform.stability.ai/docs/api-reference',
      answers: error(400, 'bad_request', ['seed: too large', '', 'prompt: missing']),
      becomes: { kind: 'invalid', billed: 'no', message: 'seed: too large prompt: missing' },
    },
    {
      name: 'a mistake that is no list',
      source: 'assumed',
      answers: [{ status: 400, body: { name: 'bad_request', message: 'prompt: missing' } }],
      becomes: { kind: 'invalid', billed: 'no', message: 'prompt: missing' },
    },
    {
      name: 'no credits',
      source: 'platform.stability.ai/docs/api-reference',
      answers: error(402, 'payment_required', ['You lack sufficient credits.']),
      becomes: { kind: 'billing', billed: 'no', message: 'sufficient credits' },
    },
    {
      name: 'too fast',
      source: 'platform.stability.ai/docs/getting-started, rate limits',
      answers: error(429, 'rate_limit_exceeded', ['Slow down.']),
      becomes: { kind: 'rate_limited', billed: 'no' },
    },
    {
      name: 'a page of a proxy',
      source: 'assumed',
      answers: [{ status: 502, body: '<html><title>Bad gateway</title></html>' }],
      becomes: { kind: 'overloaded', billed: 'no', message: 'answered 502' },
    },
    {
      name: 'JSON that is cut behind its image',
      source: 'assumed',
      body: `{"image":"${base64}","finish_rea`,
      isCut: true,
      isPartial: true,
      becomes: { images: 1 },
    },
    {
      name: 'bytes that are cut',
      source: 'assumed',
      headers: png,
      body: picture.subarray(0, 1_000),
      isCut: true,
      becomes: { kind: 'unknown_outcome', billed: 'unknown' },
    },
  ],
};
