import { base64, type Replier } from '../reply.ts';

const guide = 'docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-3-5-large';
const type = (name: string) => ({ 'x-amzn-errortype': name });

export const subject: Replier = {
  model: 'stability.stable-image-core-v1:1',
  endpoint: { region: 'us-west-2' },
  replies: [
    {
      name: 'an image',
      source: guide,
      body: { seeds: [1], finish_reasons: [null], images: [base64] },
      becomes: { images: 1 },
    },
    { name: 'an image without reasons', source: 'assumed', body: { images: [base64] }, becomes: { images: 1 } },
    {
      name: 'one image withheld beside another',
      source: 'assumed',
      body: { finish_reasons: ['Filter reason: output image', null], images: ['', base64] },
      becomes: { images: 1 },
    },
    {
      name: 'a refused prompt',
      source: guide,
      body: { finish_reasons: ['Filter reason: prompt'] },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a refused prompt with an empty list',
      source: guide,
      body: { finish_reasons: ['Filter reason: prompt'], images: [] },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a withheld image as an empty text',
      source: 'assumed',
      body: { images: [''], finish_reasons: ['Filter reason: output image'] },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a withheld image as null',
      source: 'assumed',
      body: { images: [null], finish_reasons: ['Filter reason: output image'] },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a withheld image that is no picture',
      source: 'assumed',
      body: { images: ['AAAA'], finish_reasons: ['Filter reason: output image'] },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'a model that failed',
      source: guide,
      body: { finish_reasons: ['Inference error'], images: [] },
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'a model that must be asked by a profile',
      source: guide,
      status: 400,
      headers: type('ValidationException'),
      body: { message: 'Invocation with on-demand throughput isn’t supported.' },
      becomes: { kind: 'unsupported', billed: 'no' },
    },
    {
      name: 'throttling',
      source: guide,
      status: 429,
      headers: type('ThrottlingException'),
      body: { message: 'Too many requests.' },
      becomes: { kind: 'rate_limited', billed: 'no' },
    },
    {
      name: 'moderation within the model',
      source: 'assumed',
      status: 424,
      headers: type('ModelErrorException'),
      body: { message: 'Refused by content moderation.', originalStatusCode: 403 },
      becomes: { kind: 'refused', billed: 'unknown' },
    },
    {
      name: 'an answer that is cut behind its image',
      source: 'assumed',
      body: `{"seeds":[1],"images":["${base64}"],"finish_rea`,
      isCut: true,
      isPartial: true,
      becomes: { images: 1 },
    },
  ],
};
