import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { apiKey, memoryCall } from '../../../contract/providers/memory-call.ts';
import { answering, completed, partial, tell, told, written } from './image-streams.ts';

const errorEvent = (error: object): string => `event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n`;

describe('createOpenAi, watched, with a stream that fails', () => {
  it.each([
    ['moderation_blocked', 'image_generation_user_error', 'refused', 'unknown'],
    [null, 'image_generation_user_error', 'refused', 'unknown'],
    ['contentFilter', undefined, 'refused', 'unknown'],
    ['content_filter', 'invalid_request_error', 'refused', 'unknown'],
    ['invalid_value', 'image_generation_user_error', 'invalid', 'no'],
    ['insufficient_quota', 'insufficient_quota', 'billing', 'no'],
    ['rate_limit_exceeded', 'requests', 'rate_limited', 'no'],
    [null, 'tokens', 'rate_limited', 'no'],
    ['429', undefined, 'rate_limited', 'no'],
    [503, undefined, 'overloaded', 'no'],
    ['image_generation_failed', 'image_generation_server_error', 'overloaded', 'no'],
    [null, 'server_error', 'overloaded', 'no'],
    ['invalid_api_key', 'invalid_request_error', 'auth', 'no'],
    ['toString', 'constructor', 'malformed', 'unknown'],
    [null, null, 'malformed', 'unknown'],
  ])('takes code %s with type %s for %s', async (code, type, kind, billed) => {
    const failure = told(errorEvent({ message: 'No.', code, type, param: null }));
    await expect(failure).rejects.toMatchObject({ kind, billed, message: 'No.', statusCode: 200 });
  });

  it.each([
    ['without a name', 'data: {"error":{"code":"moderation_blocked","message":"No."}}\n\n'],
    ['whose words stand beside its type', 'data: {"type":"error","code":"moderation_blocked","message":"No."}\n\n'],
    [
      'in the place of the image',
      'event: image_generation.completed\ndata: {"error":{"code":"contentFilter","message":"No."}}\n\n',
    ],
  ])('knows an error %s', async (_how, text) => {
    await expect(told(text)).rejects.toMatchObject({ kind: 'refused', message: 'No.' });
  });

  it.each([
    ['is plain text', 'event: error\ndata: Out of order.\n\n', 'Out of order.'],
    ['says nothing', 'event: error\ndata: {}\n\n', "The provider's stream ended in an error."],
  ])('knows no more of an error that %s', async (_how, text, message) => {
    await expect(told(text)).rejects.toMatchObject({ kind: 'malformed', billed: 'unknown', message });
  });

  it('knows no outcome of work that failed after partial images: it may have been charged, and is not asked for thrice', async () => {
    for (const code of ['image_generation_failed', 'rate_limit_exceeded']) {
      const failed = errorEvent({ code, message: 'No.' });
      const outcome = { kind: 'unknown_outcome', billed: 'unknown' };
      await expect(told(`${written(partial(0))}${failed}`)).rejects.toMatchObject(outcome);
    }
  });

  it('keeps what an error said, without the key', async () => {
    const call = memoryCall({ partials: 1 });
    const text = `${written(partial(0))}${errorEvent({ code: 'x', message: `Not with ${apiKey}.` })}`;
    const body = (async function* () {
      yield Buffer.from(text);
    })();
    const failure = await tell(answering(body), call).catch((error: unknown) => error);
    expect(JSON.stringify(call.rawResponses)).toContain('Not with [removed].');
    expect(JSON.stringify(call.rawResponses).length).toBeLessThan(1_000);
    expect(failure).toMatchObject({ message: 'Not with [removed].' });
  });

  it.each([
    ['nothing', ''],
    ['no event', ': hello\n\n'],
    ['partial images alone', written(partial(0), partial(1))],
    ['a last event without an image', written(completed({ b64_json: null }))],
    ['a last event that is no JSON', 'event: image_generation.completed\ndata: {"b64_json":"AAAA"\n\n'],
    ['a last image that is no base64', written(completed({ b64_json: '*****' }))],
    ['a last image that is none', written(completed({ b64_json: 'AAAA' }))],
  ])('calls a stream of %s malformed', async (_what, text) => {
    await expect(told(text)).rejects.toMatchObject({ kind: 'malformed', billed: 'unknown' });
  });

  it.each([
    ['before anything', ''],
    ['after a partial image', written(partial(0))],
    ['within a partial image', written(partial(0)).slice(0, 2_000)],
    ['within the last image', written(completed()).slice(0, 2_000)],
  ])('does not know the outcome of a stream that is cut %s', async (_where, text) => {
    const body = async function* () {
      yield Buffer.from(text);
      throw new ProviderFailure('unknown_outcome', 'cut');
    };
    await expect(tell(answering(body()), memoryCall({ partials: 2 }))).rejects.toMatchObject({
      kind: 'unknown_outcome',
      message: 'cut',
    });
  });

  it('keeps the last image of a stream that is cut behind it', async () => {
    const body = async function* () {
      yield Buffer.from(written(completed()).slice(0, -30));
      throw new ProviderFailure('unknown_outcome', 'cut');
    };
    const finished = await tell(answering(body()), memoryCall({ partials: 2 }));
    expect(finished).toMatchObject({ status: 'finished', images: [{ image: { type: 'png' } }] });
  });

  it('throws what the store throws', async () => {
    const call = { ...memoryCall({ partials: 1 }), saveImage: () => Promise.reject(new Error('the store is down')) };
    const body = (async function* () {
      yield Buffer.from(written(completed()));
    })();
    await expect(tell(answering(body), call)).rejects.toThrow('the store is down');
  });
});
