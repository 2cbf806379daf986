import { base64, type Replier } from '../reply.ts';

const client = 'vercel/ai packages/xai/src/xai-image-model.test.ts';
const withheld = 'xai-org/xai-sdk-python src/xai_sdk/image.py; vercel/ai#19168';
const schema = 'docs.comfy.org/development/comfy-router/models/xai/grok-imagine-image-2-0/code';

export const subject: Replier = {
  model: 'grok-imagine-image-2.0',
  replies: [
    {
      name: 'base64 with its type and the cost',
      source: client,
      body: { data: [{ b64_json: base64, mime_type: 'image/png' }], usage: { cost_in_usd_ticks: 200000000 } },
      becomes: { images: 1, cost: 20_000 },
    },
    ...[-1, 1e30, null, 'free'].map((ticks) => ({
      name: `${ticks} ticks, which can't be the cost`,
      source: 'assumed',
      body: { data: [{ b64_json: base64 }], usage: { cost_in_usd_ticks: ticks } },
      becomes: { images: 1 },
    })),
    {
      name: 'an address',
      source: client,
      body: { data: [{ url: 'ORIGIN/a.png', mime_type: 'image/png' }] },
      becomes: { images: 1 },
    },
    {
      name: 'one of three images withheld',
      source: withheld,
      n: 3,
      body: {
        data: [
          { b64_json: base64 },
          { b64_json: base64, respect_moderation: true },
          { b64_json: '', respect_moderation: false },
        ],
      },
      becomes: { images: 2, warnings: ['images_missing'] },
    },
    {
      name: 'all images withheld, as empty texts',
      source: withheld,
      body: { data: [{ b64_json: '', respect_moderation: false }] },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'all images withheld, as nulls',
      source: withheld,
      body: { data: [{ b64_json: null, url: null, respect_moderation: false }] },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a withheld image that is there',
      source: withheld,
      body: { data: [{ b64_json: base64, respect_moderation: 'false' }] },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'an empty list with a reason',
      source: schema,
      body: { data: [], block_reason: 'The prompt was blocked.' },
      becomes: { kind: 'refused', billed: 'unknown', message: 'The prompt was blocked.' },
    },
    {
      name: 'no list, and a reason',
      source: schema,
      body: { moderation_message: 'Blocked.', data: null },
      becomes: { kind: 'refused', billed: 'unknown', message: 'Blocked.' },
    },
    {
      name: 'an empty list, and a setting that is no reason',
      source: 'vercel/ai#19185',
      body: { data: [], moderation: 'auto', block_reason: '' },
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'a refusal in words',
      source: client,
      status: 400,
      body: { code: 'Client specified an invalid argument', error: 'Generated image rejected by content moderation.' },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a wrong key as a bad request',
      source: client,
      status: 400,
      body: { code: 'Client specified an invalid argument', error: 'Incorrect API key provided.' },
      becomes: { kind: 'auth', billed: 'no' },
    },
    {
      name: 'spent credits as a rate',
      source: 'continuedev/continue#10373',
      status: 429,
      body: { code: 'Some resource has been exhausted', error: 'Your team has used all available credits.' },
      becomes: { kind: 'billing', billed: 'no' },
    },
    {
      name: 'an answer that is cut behind the first of two addresses',
      source: 'assumed',
      n: 2,
      body: '{"data":[{"url":"ORIGIN/a.png","mime_type":"image/png"},{"url":"ORIGIN/b',
      isCut: true,
      becomes: { images: 1, warnings: ['images_missing'] },
    },
  ],
};
