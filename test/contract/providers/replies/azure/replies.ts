import { base64, type Replier } from '../reply.ts';

const guide = 'MicrosoftDocs/azure-ai-docs articles/foundry/openai/how-to/dall-e.md';

export const subject: Replier = {
  model: 'my-deployment',
  endpoint: { deployments: { 'my-deployment': 'gpt-image-2' } },
  replies: [
    { name: 'an image', source: guide, body: { created: 1, data: [{ b64_json: base64 }] }, becomes: { images: 1 } },
    {
      name: 'an image with what the filter found',
      source: guide,
      body: {
        data: [{ b64_json: base64, content_filter_results: { hate: { filtered: false } }, prompt_filter_results: {} }],
      },
      becomes: { images: 1 },
    },
    {
      name: 'fewer images than were asked for',
      source: 'assumed',
      n: 2,
      body: { data: [{ b64_json: base64 }, { b64_json: '', url: '' }] },
      becomes: { images: 1, warnings: ['images_missing'] },
    },
    {
      name: 'a filtered prompt',
      source: guide,
      status: 400,
      body: { error: { code: 'contentFilter', message: 'Filtered.' } },
      becomes: { kind: 'refused', billed: 'unknown', message: 'Filtered.' },
    },
    {
      name: 'a filtered image behind a success',
      source: guide,
      body: { created: 1, error: { code: 'contentFilter', message: 'Generated image was filtered.' } },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a refusal with the inner error',
      source: 'BerriAI/litellm#19372',
      status: 400,
      body: {
        error: {
          code: 'content_policy_violation',
          inner_error: { code: 'ResponsibleAIPolicyViolation' },
          message: 'No.',
        },
      },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a refusal with the inner code alone',
      source: 'BerriAI/litellm#16231',
      status: 400,
      body: { error: { code: null, message: 'No.', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      becomes: { kind: 'refused', billed: 'unknown', message: 'No.' },
    },
    {
      name: 'a refusal in the words of chats',
      source: 'BerriAI/litellm#16231',
      status: 400,
      body: { error: { code: 'content_filter', message: 'No.', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a resource that is blocked',
      source: 'pollinations/pollinations#8848',
      status: 403,
      body: { error: { code: 'Forbidden', message: 'The resource is temporarily blocked.' } },
      becomes: { kind: 'auth', billed: 'no' },
    },
    {
      name: 'a deployment that isn’t there',
      source: guide,
      status: 404,
      body: { error: { code: 'DeploymentNotFound', message: 'No deployment.' } },
      becomes: { kind: 'unsupported', billed: 'no' },
    },
    {
      name: 'a wrong key',
      source: 'assumed',
      status: 401,
      body: { error: { code: '401', message: 'Access denied.' } },
      becomes: { kind: 'auth', billed: 'no' },
    },
    {
      name: 'too many requests',
      source: 'assumed',
      status: 429,
      headers: { 'retry-after': '27' },
      body: { error: { code: '429', message: 'Slow down.' } },
      becomes: { kind: 'rate_limited', billed: 'no' },
    },
    {
      name: 'an answer that ends behind the first of two images',
      source: 'assumed',
      n: 2,
      body: `{"created":1,"data":[{"b64_json":"${base64}"},`,
      becomes: { images: 1, warnings: ['images_missing'] },
    },
  ],
};
