import { base64, type Replier } from '../reply.ts';

const errors = 'platform.openai.com/docs/guides/error-codes';

export const subject: Replier = {
  model: 'gpt-image-2',
  replies: [
    {
      name: 'two images, one prompt of which was revised',
      source: 'vercel/ai packages/openai/src/image/__fixtures__/openai-image.json',
      n: 2,
      body: { created: 1, data: [{ b64_json: base64, revised_prompt: 'a red kite' }, { b64_json: base64 }] },
      becomes: { images: 2, revisedPrompt: 'a red kite' },
    },
    {
      name: 'what was used',
      source: 'vercel/ai packages/openai/src/image/__fixtures__/openai-image-edit.json',
      body: {
        background: 'opaque',
        output_format: 'png',
        quality: 'low',
        size: '1024x1024',
        usage: { input_tokens: 3, output_tokens: 0, total_tokens: 3 },
        data: [{ b64_json: base64, revised_prompt: null }],
      },
      becomes: { images: 1 },
    },
    {
      name: 'fewer images than were asked for',
      source: 'assumed',
      n: 2,
      body: { data: [{ b64_json: base64 }] },
      becomes: { images: 1, warnings: ['images_missing'] },
    },
    {
      name: 'one image that can’t be read beside one that can',
      source: 'assumed',
      n: 2,
      body: { data: [{ b64_json: 'AAAA' }, { b64_json: base64 }] },
      becomes: { images: 1, warnings: ['images_missing'] },
    },
    {
      name: 'a refusal by code',
      source: 'jeffstric/ZJT#480',
      status: 400,
      body: {
        error: {
          message: 'Rejected by the safety system.',
          type: 'image_generation_user_error',
          param: '',
          code: 'moderation_blocked',
        },
      },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a refusal in words alone',
      source: 'a public test of the body without a code',
      status: 400,
      body: {
        error: {
          message: 'Your request was rejected by the safety system. safety_violations=[sexual].',
          type: 'invalid_request_error',
          code: null,
        },
      },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a safety system in trouble',
      source: 'assumed',
      status: 503,
      body: { error: { message: 'The safety system is overloaded.', code: null } },
      becomes: { kind: 'overloaded', billed: 'no' },
    },
    {
      name: 'a wrong value of the parameter called moderation',
      source: errors,
      status: 400,
      body: { error: { message: "Invalid value for 'moderation'.", param: 'moderation', code: 'invalid_value' } },
      becomes: { kind: 'invalid', billed: 'no', param: 'moderation' },
    },
    {
      name: 'a parameter that the model doesn’t know',
      source: 'vercel/ai gpt-image-response-format-error.json',
      status: 400,
      body: { error: { message: 'Unknown parameter.', param: 'response_format', code: 'unknown_parameter' } },
      becomes: { kind: 'unsupported', billed: 'no' },
    },
    {
      name: 'a limit of spending',
      source: errors,
      status: 400,
      body: { error: { message: 'Billing hard limit has been reached.', code: 'billing_hard_limit_reached' } },
      becomes: { kind: 'billing', billed: 'no' },
    },
    {
      name: 'an organization that isn’t verified',
      source: errors,
      status: 403,
      body: { error: { message: 'Your organization must be verified.', code: null } },
      becomes: { kind: 'auth', billed: 'no' },
    },
    {
      name: 'too many requests',
      source: errors,
      status: 429,
      body: { error: { message: 'Rate limit reached.', code: 'rate_limit_exceeded' } },
      becomes: { kind: 'rate_limited', billed: 'no' },
    },
    {
      name: 'a fault of the server',
      source: errors,
      status: 500,
      body: { error: { message: 'The server had an error.', type: 'server_error' } },
      becomes: { kind: 'overloaded', billed: 'no' },
    },
    {
      name: 'a connection that is lost behind the first of two images',
      source: 'assumed',
      n: 2,
      body: `{"created":1,"data":[{"b64_json":"${base64}","revised_prompt":"a kite"},{"b64_json":"${base64.slice(0, 900)}`,
      isCut: true,
      becomes: { images: 1, warnings: ['images_missing'], revisedPrompt: 'a kite' },
    },
    {
      name: 'a connection that is lost behind the only image',
      source: 'assumed',
      body: `{"created":1,"data":[{"b64_json":"${base64}"}],"usage":{"input_tok`,
      isCut: true,
      isPartial: true,
      becomes: { images: 1 },
    },
    {
      name: 'a connection that is lost within the only image',
      source: 'assumed',
      body: `{"data":[{"b64_json":"${base64.slice(0, 900)}`,
      isCut: true,
      becomes: { kind: 'unknown_outcome', billed: 'unknown' },
    },
  ],
};
