import { afterEach, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createGemini } from '../../../../lambda/providers/gemini/provider.ts';
import { apiKey, type MemoryCall, memoryCall } from '../../../contract/providers/memory-call.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const started: ScriptedProvider[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

const draft = pngBytes(3_000);
const picture = pngBytes(5_000);
const inline = (bytes: Uint8Array) => ({
  inlineData: { mimeType: 'image/png', data: Buffer.from(bytes).toString('base64') },
});
const answerOf = (parts: readonly object[], candidate: object = { finishReason: 'STOP' }) => ({
  candidates: [{ content: { parts, role: 'model' }, ...candidate }],
});

const request: ImageRequest = {
  operation: 'generation',
  model: 'gemini-3-pro-image',
  prompt: 'a kite',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
};

async function start(answer: unknown, status = 200, call: MemoryCall = memoryCall()) {
  const server = await startScriptedProvider((response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
  );
  started.push(server);
  return createGemini({ baseUrl: server.baseUrl, send: sendRequest }).start(request, call);
}

async function failureFrom(answer: unknown, status = 200): Promise<ProviderFailure> {
  const error = await start(answer, status).catch((thrown: unknown) => thrown);
  if (error instanceof ProviderFailure) return error;
  throw new Error('The request did not fail.');
}

const detail = (type: string, fields: object) => ({ '@type': `type.googleapis.com/google.rpc.${type}`, ...fields });
const errorOf = (code: number, status: string, ...details: object[]) => ({
  error: { code, message: `It is ${status}.`, status, details },
});

describe('createGemini', () => {
  it("gives the picture, not the drafts and words of the model's thoughts", async () => {
    const call = memoryCall();
    const thoughts = [
      { text: 'Blue would be better.', thought: true },
      { ...inline(draft), thought: true },
    ];
    const finished = await start(answerOf([...thoughts, { ...inline(picture), thoughtSignature: 'c2ln' }]), 200, call);
    expect(finished).toMatchObject({ images: [{ image: { bytes: picture.length } }] });
    expect(finished).toHaveProperty('images.length', 1);
    expect(JSON.stringify(call.rawResponses)).toContain('5000 bytes of image');
    expect(JSON.stringify(call.rawResponses)).not.toContain('c2ln');
  });

  it('gives the last picture of the thoughts where no other came', async () => {
    const thoughts = [
      { ...inline(draft), thought: true },
      { ...inline(picture), thought: true },
    ];
    expect(await start(answerOf(thoughts))).toMatchObject({ images: [{ image: { bytes: picture.length } }] });
  });

  it('gives no draft of a picture that was withheld', async () => {
    const failure = await failureFrom(
      answerOf([{ ...inline(draft), thought: true }], { finishReason: 'IMAGE_SAFETY' }),
    );
    expect(failure).toMatchObject({ kind: 'refused', statusCode: 200 });
  });

  it('gives as many images as were asked for, the last ones', async () => {
    const finished = await start(answerOf([inline(draft), inline(picture)]));
    expect(finished).toMatchObject({ images: [{ image: { bytes: picture.length } }] });
  });

  it('holds long signatures beside the picture', async () => {
    const thoughtSignature = 'c2ln'.repeat(700_000);
    await expect(start(answerOf([{ ...inline(picture), thoughtSignature }]))).resolves.toMatchObject({
      status: 'finished',
    });
  });

  it('counts thoughts as output', async () => {
    const usageMetadata = {
      promptTokenCount: 9,
      candidatesTokenCount: 1120,
      thoughtsTokenCount: 80,
      totalTokenCount: 1209,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 9 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
    };
    expect(await start({ ...answerOf([inline(picture)]), usageMetadata })).toMatchObject({
      usage: {
        input_tokens: 9,
        input_tokens_details: { text_tokens: 9 },
        output_tokens: 1200,
        output_tokens_details: { image_tokens: 1120 },
        total_tokens: 1209,
      },
    });
  });

  it('sees a refused prompt in a success', async () => {
    const failure = await failureFrom({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect(failure).toMatchObject({ kind: 'refused', statusCode: 200, billed: 'unknown' });
    expect(failure.message).toContain('PROHIBITED_CONTENT');
  });

  it.each([
    'SAFETY',
    'PROHIBITED_CONTENT',
    'BLOCKLIST',
    'SPII',
    'RECITATION',
    'IMAGE_SAFETY',
    'IMAGE_PROHIBITED_CONTENT',
    'IMAGE_RECITATION',
    'MODEL_ARMOR',
  ])('sees a refused picture in a success that ends by %s', async (finishReason) => {
    const failure = await failureFrom(answerOf([], { finishReason, finishMessage: 'Try other words.' }));
    expect(failure).toMatchObject({ kind: 'refused', message: 'Try other words.' });
  });

  it.each(['NO_IMAGE', 'IMAGE_OTHER', 'LANGUAGE', 'MAX_TOKENS', 'STOP'])(
    'does not pay twice for words instead of a picture that end by %s',
    async (why) => {
      const failure = await failureFrom(answerOf([{ text: 'Which kite?' }], { finishReason: why }));
      expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining(`${why}). Which kite?`) });
    },
  );

  it.each(['STOP', 'MAX_TOKENS', 'OTHER'])('may ask again where an answer ends by %s without a word', async (why) => {
    const failure = await failureFrom(answerOf([{ text: ' ' }], { finishReason: why }));
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'unknown' });
  });

  it('knows a wrong key by its reason, since it comes as a bad request', async () => {
    const failure = await failureFrom(
      errorOf(400, 'INVALID_ARGUMENT', detail('ErrorInfo', { reason: 'API_KEY_INVALID' })),
      400,
    );
    expect(failure).toMatchObject({ kind: 'auth', statusCode: 400 });
  });

  it('takes an account that must pay first for one without money', async () => {
    expect(await failureFrom(errorOf(400, 'FAILED_PRECONDITION'), 400)).toMatchObject({ kind: 'billing' });
  });

  it('passes on the hint that stands in the body', async () => {
    const failure = await failureFrom(
      errorOf(429, 'RESOURCE_EXHAUSTED', detail('RetryInfo', { retryDelay: '37.5s' })),
      429,
    );
    expect(failure).toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 37.5 });
  });

  it("does not wait for the next day's quota", async () => {
    const violations = [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }];
    const failure = await failureFrom(errorOf(429, 'RESOURCE_EXHAUSTED', detail('QuotaFailure', { violations })), 429);
    expect(failure).toMatchObject({ kind: 'billing', limitIs: 'model' });
  });

  it('reads off the name of a quota whom it shuts out', async () => {
    const limitOf = async (...quotaIds: readonly string[]) => {
      const violations = quotaIds.map((quotaId) => ({ quotaId }));
      const body = errorOf(429, 'RESOURCE_EXHAUSTED', detail('QuotaFailure', { violations }));
      return (await failureFrom(body, 429)).limitIs;
    };
    expect(await limitOf('GenerateRequestsPerMinutePerProjectPerModel')).toBe('model');
    expect(await limitOf('OnlinePredictionRequestsPerMinutePerProjectPerRegionPerBaseModel')).toBe('model');
    expect(await limitOf('GenerateRequestsPerMinutePerProject')).toBe('key');
    expect(await limitOf('GenerateRequestsPerMinutePerProjectPerModel', 'GenerateRequestsPerDayPerProject')).toBe(
      'key',
    );
    expect(await limitOf()).toBe('model');
  });

  it('sends the key in its own header, and repeats it nowhere', async () => {
    const failure = await failureFrom({ error: { code: 403, message: `No ${apiKey}.`, status: 'X' } }, 403);
    expect(started[0]?.received[0]?.headers['x-goog-api-key']).toBe(apiKey);
    expect(started[0]?.received[0]?.headers.authorization).toBeUndefined();
    expect(failure.message).not.toContain(apiKey);
  });
});
