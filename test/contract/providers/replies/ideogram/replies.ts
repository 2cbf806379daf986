import type { Answer, Replier } from '../reply.ts';

const url = 'ORIGIN/api/images/ephemeral/a.png?exp=1&sig=2';
const item = { url, prompt: 'a kite', resolution: '1024x1024', is_image_safe: true, seed: 1 };
const unsafe = { ...item, url: null, is_image_safe: false };
const refused = (status: number, body: unknown): readonly Answer[] => [{ status, body }];

/** api-evangelist/ideogram openapi/_original where nothing else is said. */
export const subject: Replier = {
  model: 'ideogram-v3',
  replies: [
    {
      name: 'an image',
      source: 'ImageGenerationObjectV3',
      answers: [{ body: { created: '2026-11-01', data: [item] } }],
      becomes: { images: 1 },
    },
    {
      name: 'an image of which safety says nothing',
      source: 'ImageGenerationObjectV3 (is_image_safe null)',
      answers: [{ body: { data: [{ ...item, is_image_safe: null }] } }],
      becomes: { images: 1 },
    },
    {
      name: 'one withheld of two',
      source: 'ImageGenerationObjectV3 (is_image_safe)',
      answers: [{ body: { data: [unsafe, item] } }],
      n: 2,
      becomes: { images: 1, warnings: ['images_missing'] },
    },
    {
      name: 'withheld, with an empty address',
      source: 'ImageGenerationObjectV3 (is_image_safe)',
      answers: [{ body: { data: [{ ...unsafe, url: '' }] } }],
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'no image',
      source: 'ImageGenerationObjectV3',
      answers: [{ body: { data: null } }],
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'a prompt that fails the safety check',
      source: 'GenerateImageSafetyError',
      answers: refused(422, { error: 'Prompt failed safety check.' }),
      becomes: { kind: 'refused', billed: 'unknown', message: 'Prompt failed safety check.' },
    },
    {
      name: 'a 422 of a field',
      source: 'assumed: the form of FastAPI',
      answers: refused(422, { detail: [{ loc: ['body', 'seed'], msg: 'Too large' }] }),
      becomes: { kind: 'invalid', billed: 'no', message: 'Too large' },
    },
    {
      name: 'no credits, in plain text',
      source: 'responses of any type for 402',
      answers: refused(402, 'Insufficient credits'),
      becomes: { kind: 'billing', billed: 'no', message: 'Insufficient credits' },
    },
    {
      name: 'too fast, as a JSON text',
      source: 'responses of any type for 429',
      answers: refused(429, '"Too many requests"'),
      becomes: { kind: 'rate_limited', billed: 'no', message: 'Too many requests' },
    },
    {
      name: 'a wrong key without a body',
      source: 'responses of any type for 401',
      answers: refused(401, ''),
      becomes: { kind: 'auth', billed: 'no', message: 'answered 401' },
    },
    {
      name: 'a mistake under message',
      source: 'responses of any type for 400',
      answers: refused(400, { message: 'Unknown resolution' }),
      becomes: { kind: 'invalid', billed: 'no', message: 'Unknown resolution' },
    },
    {
      name: 'a page of a proxy',
      source: 'assumed',
      answers: refused(502, '<!doctype html><title>Bad gateway</title>'),
      becomes: { kind: 'overloaded', billed: 'no', message: 'answered 502' },
    },
    {
      name: 'an answer that is cut behind the first of two addresses',
      source: 'assumed',
      n: 2,
      body: `{"created":"2026-11-01","data":[${JSON.stringify(item)},{"prompt":"a k`,
      isCut: true,
      becomes: { images: 1, warnings: ['images_missing'] },
    },
  ],
};
