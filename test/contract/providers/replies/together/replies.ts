import { base64, type Replier } from '../reply.ts';

const client = 'vercel/ai packages/togetherai/src/togetherai-image-model.test.ts';
const serverless = 'HeyPuter/puter#3168';

export const subject: Replier = {
  model: 'black-forest-labs/FLUX.2-pro',
  replies: [
    {
      name: 'base64',
      source: client,
      body: { id: 'a', data: [{ index: 0, b64_json: base64 }], model: 'm', object: 'list' },
      becomes: { images: 1 },
    },
    {
      name: 'base64 with its type',
      source: 'togethercomputer/together-typescript src/resources/images.ts',
      body: { data: [{ index: 0, b64_json: base64, type: 'b64_json' }] },
      becomes: { images: 1 },
    },
    {
      name: 'an address',
      source: 'togethercomputer/together-typescript src/resources/images.ts',
      body: { data: [{ index: 0, url: 'ORIGIN/a.png', type: 'url' }] },
      becomes: { images: 1 },
    },
    {
      name: 'fewer images than were asked for',
      source: 'assumed',
      n: 2,
      body: {
        data: [
          { index: 0, b64_json: base64 },
          { index: 1, b64_json: '' },
        ],
      },
      becomes: { images: 1, warnings: ['images_missing'] },
    },
    {
      name: 'an empty image',
      source: 'assumed',
      body: { data: [{ index: 0, b64_json: '' }] },
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'a bad request',
      source: client,
      status: 400,
      body: { error: { message: 'No.' } },
      becomes: { kind: 'invalid', billed: 'no', message: 'No.' },
    },
    {
      name: 'a model that needs a server of one’s own',
      source: serverless,
      status: 400,
      body: {
        error: {
          message: 'Unable to access non-serverless model X.',
          type: 'invalid_request_error',
          param: null,
          code: 'model_not_available',
        },
      },
      becomes: { kind: 'unsupported', billed: 'no' },
    },
    {
      name: 'such a model, in words alone',
      source: serverless,
      status: 400,
      body: { error: { message: 'Unable to access non-serverless model X.', type: 'invalid_request_error' } },
      becomes: { kind: 'unsupported', billed: 'no' },
    },
    {
      name: 'a server of one’s own that is stopped',
      source: 'truefoundry/models#919',
      status: 400,
      body: { error: { message: 'Not running.', code: 'dedicated_endpoint_not_running' } },
      becomes: { kind: 'unsupported', billed: 'no' },
    },
    {
      name: 'an unsafe image',
      source: 'assumed',
      status: 422,
      body: { error: { message: 'NSFW content detected.' } },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a refusal in the words of the model’s maker',
      source: 'docs.bfl.ai on errors',
      status: 400,
      body: { error: { message: 'Request Moderated' } },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'no credit',
      source: 'assumed',
      status: 402,
      body: { error: { message: 'Credit limit exceeded.' } },
      becomes: { kind: 'billing', billed: 'no' },
    },
  ],
};
