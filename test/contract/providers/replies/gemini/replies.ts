import { base64, type Replier } from '../reply.ts';

const part = { inlineData: { mimeType: 'image/png', data: base64 } };
const answered = (parts: readonly unknown[], rest: object = {}, usageMetadata: object = {}) => ({
  body: { candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', ...rest }], usageMetadata },
});
const error = (code: number, status: string, message: string, details: readonly object[] = []) => ({
  status: code,
  body: { error: { code, message, status, details } },
});
const quota = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId }],
});
const free = 'The image was filtered. You will not be charged for blocked images. Try rephrasing the prompt.';

/** What Gemini's image models answer, wherever they are served. */
export const subject: Replier = {
  model: 'gemini-3.1-flash-image',
  replies: [
    {
      name: 'a picture beside words and a signature',
      source: 'vercel/ai packages/google google-image-model.test.ts',
      answers: [answered([{ text: 'Here.' }, { ...part, thoughtSignature: 'c2ln' }])],
      becomes: { images: 1 },
    },
    {
      name: 'the only picture in a thought',
      source: 'Lixpi/lixpi#136',
      answers: [
        answered([
          { thought: true, text: 'Drawing it.' },
          { ...part, thought: true },
        ]),
      ],
      becomes: { images: 1 },
    },
    {
      name: 'parts that are empty, no base64 or no picture beside one that is',
      source: 'assumed',
      answers: [
        answered([
          { inlineData: { mimeType: 'image/png', data: '' } },
          { inlineData: { mimeType: 'image/png', data: '!!!' } },
          part,
          { inlineData: { mimeType: 'text/plain', data: 'SGVsbG8h' } },
        ]),
      ],
      becomes: { images: 1 },
    },
    {
      name: 'a draft beside the result',
      source: 'ai.google.dev/gemini-api/docs/image-generation, on thinking',
      answers: [answered([{ ...part, thought: true }, part])],
      becomes: { images: 1 },
    },
    {
      name: 'a first candidate without a picture',
      source: 'ai.google.dev/api/generate-content',
      answers: [{ body: { candidates: [{ content: null }, { content: { parts: [null, part] } }] } }],
      becomes: { images: 1 },
    },
    {
      name: 'the names of protocol buffers',
      source: 'assumed: the other spelling which JSON is also read in',
      answers: [answered([{ inline_data: { mime_type: 'image/png', data: base64 } }])],
      becomes: { images: 1 },
    },
    {
      name: 'a sentence instead of a picture',
      source: 'Wei-Shaw/sub2api#3429',
      answers: [answered([{ text: 'I can describe it.' }], {}, { candidatesTokenCount: 9 })],
      becomes: { kind: 'refused', billed: 'yes', message: 'I can describe it.' },
    },
    {
      name: 'no image, as its reason says',
      source: 'minimaxir/gemimg#5; googleapis/js-genai FinishReason',
      answers: [{ body: { candidates: [{ finishReason: 'NO_IMAGE' }] } }],
      becomes: { kind: 'refused', billed: 'unknown', message: 'NO_IMAGE' },
    },
    {
      name: 'an end without a word',
      source: 'ai.google.dev/api/generate-content',
      answers: [answered([{ text: '' }])],
      becomes: { kind: 'malformed', billed: 'unknown' },
    },
    {
      name: 'a filtered picture that is free',
      source: 'a log of production in a public repository, July 2026 (finishReason IMAGE_SAFETY)',
      answers: [{ body: { candidates: [{ finishReason: 'IMAGE_SAFETY', finishMessage: free }] } }],
      becomes: { kind: 'refused', billed: 'no', message: 'filtered' },
    },
    {
      name: 'a filtered picture of which nothing is said',
      source: 'googleapis/js-genai FinishReason',
      answers: [{ body: { candidates: [{ finishReason: 'IMAGE_SAFETY', finishMessage: '' }] } }],
      becomes: { kind: 'refused', billed: 'unknown', message: 'IMAGE_SAFETY' },
    },
    {
      name: 'a blocked prompt',
      source: 'googleapis/js-genai BlockedReason',
      answers: [{ body: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } } }],
      becomes: { kind: 'refused', billed: 'unknown', message: 'PROHIBITED_CONTENT' },
    },
    {
      name: 'prepaid credits that are used up',
      source: 'public handlers and tests of 2026, which quote it',
      answers: [error(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted. Go to AI Studio.')],
      becomes: { kind: 'billing', billed: 'no', message: 'prepayment credits' },
    },
    {
      name: 'a spending cap',
      source: 'assumed: as the documentation of spend caps words it',
      answers: [error(429, 'RESOURCE_EXHAUSTED', 'Your project has exceeded its monthly spending cap.')],
      becomes: { kind: 'billing', billed: 'no' },
    },
    {
      name: 'a plan without the model',
      source: 'assumed: the free tier, from general knowledge',
      answers: [error(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for metric: free_tier_requests, limit: 0, model: m')],
      becomes: { kind: 'billing', billed: 'no' },
    },
    {
      name: 'too fast for a minute, with the words on billing that stand in each',
      source: 'ai.google.dev/gemini-api/docs/rate-limits',
      answers: [
        error(
          429,
          'RESOURCE_EXHAUSTED',
          'You exceeded your current quota, please check your plan and billing details.',
          [quota('GenerateRequestsPerMinutePerProjectPerModel')],
        ),
      ],
      becomes: { kind: 'rate_limited', billed: 'no' },
    },
    {
      name: 'too much for a day',
      source: 'ai.google.dev/gemini-api/docs/rate-limits',
      answers: [error(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', [quota('GenerateRequestsPerDayPerProject')])],
      becomes: { kind: 'billing', billed: 'no' },
    },
    {
      name: 'an error in a list',
      source: 'google-gemini/gemini-cli#15186',
      answers: [{ status: 400, body: [{ error: { code: 400, message: 'API key not valid. Please pass one.' } }] }],
      becomes: { kind: 'auth', billed: 'no', message: 'API key not valid' },
    },
    {
      name: 'an error in plain text',
      source: 'assumed: a proxy in between',
      answers: [{ status: 503, body: 'upstream connect error' }],
      becomes: { kind: 'overloaded', billed: 'no', message: 'upstream connect error' },
    },
    {
      name: 'an unknown model',
      source: 'ai.google.dev/gemini-api/docs/troubleshooting',
      answers: [error(404, 'NOT_FOUND', 'models/x is not found for API version v1beta')],
      becomes: { kind: 'unsupported', billed: 'no', message: 'not found' },
    },
    {
      name: 'an answer that is cut behind its picture',
      source: 'assumed',
      body: `{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"${base64}"}}],"ro`,
      isCut: true,
      isPartial: true,
      becomes: { images: 1 },
    },
  ],
};
