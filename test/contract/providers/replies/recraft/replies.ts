import { type Answer, base64, type Replier } from '../reply.ts';

const url = 'ORIGIN/a.png';
const refused = (status: number, body: unknown): readonly Answer[] => [{ status, body }];

/** recraft.ai/docs/api-reference where nothing else is said; the codes of its errors are documented nowhere. */
export const subject: Replier = {
  model: 'recraftv4_1',
  replies: [
    {
      name: 'addresses and credits',
      source: 'recraft.ai/docs/api-reference, image to image',
      answers: [{ body: { created: 1, credits: 40, data: [{ image_id: 'i', url }] } }],
      becomes: { images: 1, cost: 40_000 },
    },
    {
      name: 'an address beside null',
      source: 'BerriAI/litellm test_recraft_image_edit_transformation.py',
      answers: [{ body: { data: [{ url, b64_json: null }] } }],
      becomes: { images: 1 },
    },
    {
      name: 'bytes beside null',
      source: 'BerriAI/litellm test_recraft_image_edit_transformation.py',
      answers: [{ body: { data: [{ url: null, b64_json: base64 }] } }],
      becomes: { images: 1 },
    },
    {
      name: 'a single image',
      source: 'recraft.ai/docs/api-reference, background removal',
      answers: [{ body: { image: { image_id: 'i', url } } }],
      becomes: { images: 1 },
    },
    {
      name: 'fewer images than were asked for',
      source: 'recraft.ai/docs/api-reference',
      answers: [{ body: { data: [{ url }, null, { url: '' }] } }],
      n: 3,
      becomes: { images: 1, warnings: ['images_missing'] },
    },
    {
      name: 'no image',
      source: 'recraft.ai/docs/api-reference',
      answers: [{ body: { data: [] } }],
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'a wrong key, in plain text',
      source: 'recraft.ai/docs/api-reference/error-handling',
      answers: refused(401, 'request unauthorized'),
      becomes: { kind: 'auth', billed: 'no', message: 'request unauthorized' },
    },
    {
      name: 'an unknown path, in plain text',
      source: 'recraft.ai/docs/api-reference/error-handling',
      answers: refused(404, '404 page not found'),
      becomes: { kind: 'unsupported', billed: 'no', message: '404 page not found' },
    },
    {
      name: 'no credits',
      source: 'recraft.ai/docs/api-reference/error-handling',
      answers: refused(400, { code: 'not_enough_credits', message: 'not enough credits' }),
      becomes: { kind: 'billing', billed: 'no', message: 'not enough credits' },
    },
    {
      name: 'a refused prompt',
      source: 'recraft.ai/docs/api-reference/error-handling',
      answers: refused(400, { code: 'nsfw_content', message: 'The prompt contains NSFW content' }),
      becomes: { kind: 'refused', billed: 'unknown', message: 'NSFW' },
    },
    {
      name: 'a code within an error',
      source: 'assumed: the form of the images API that Recraft follows',
      answers: refused(400, { error: { code: 'moderation_failed', message: 'Rejected.' } }),
      becomes: { kind: 'refused', billed: 'unknown', message: 'Rejected.' },
    },
    {
      name: 'a wrong value',
      source: 'recraft.ai/docs/api-reference/error-handling',
      answers: refused(400, { code: 'invalid_request_parameter', message: 'size is invalid' }),
      becomes: { kind: 'invalid', billed: 'no', message: 'size is invalid' },
    },
    {
      name: 'too fast',
      source: 'recraft.ai/docs/api-reference/error-handling',
      answers: refused(429, { code: 'rate_limit_exceeded', message: 'too many requests' }),
      becomes: { kind: 'rate_limited', billed: 'no' },
    },
  ],
};
