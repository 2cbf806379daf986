import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ProviderAnswer, SendRequest } from '../../../../lambda/domain/send-request.ts';
import { createOpenAi } from '../../../../lambda/providers/openai/provider.ts';
import { memoryCall } from '../../../contract/providers/memory-call.ts';
import { answered, failureFrom, request, scripted, start } from './scripted-openai.ts';

describe('createOpenAi', () => {
  it.each([
    ['no data', {}],
    ['empty data', { data: [] }],
    ['data without an image', { data: [{ b64_json: null }, {}, null, 'x'] }],
    ['an image elsewhere', { echo: { b64_json: answered.data[0]?.b64_json } }],
    ['a list', [1]],
    ['null', null],
  ])('calls an answer with %s malformed', async (_name, answer) => {
    await expect(start(await scripted(answer), request())).rejects.toMatchObject({
      kind: 'malformed',
      statusCode: 200,
    });
  });

  it.each([
    ['moderation_blocked', 400, 'image_generation_user_error', 'refused'],
    ['content_policy_violation', 400, 'invalid_request_error', 'refused'],
    [null, 400, 'image_generation_user_error', 'refused'],
    ['invalid_value', 400, 'image_generation_user_error', 'invalid'],
    ['insufficient_quota', 429, 'insufficient_quota', 'billing'],
    ['billing_hard_limit_reached', 400, 'invalid_request_error', 'billing'],
    ['rate_limit_exceeded', 429, 'requests', 'rate_limited'],
    ['model_not_found', 404, 'invalid_request_error', 'unsupported'],
    ['unknown_parameter', 400, 'invalid_request_error', 'unsupported'],
    ['toString', 400, 'invalid_request_error', 'invalid'],
    [null, 500, 'server_error', 'overloaded'],
  ])('takes code %s with status %i and type %s for %s', async (code, status, type, kind) => {
    const failure = await failureFrom({ error: { message: 'No.', type, param: null, code } }, status);
    expect(failure).toMatchObject({ kind, statusCode: status, message: 'No.', param: undefined });
  });

  it.each([
    ['size', 'size'],
    ['image', 'image'],
    ['image[]', 'image'],
    ['images[0].image_url', 'image'],
    ['mask', 'mask'],
    ['mask.image_url', 'mask'],
    ['internal_thing', undefined],
  ])('names the param %s in the words of the contract', async (param, named) => {
    const failure = await failureFrom({ error: { message: 'No.', param, code: 'invalid_value' } }, 400);
    expect(failure).toMatchObject({ kind: 'invalid', param: named });
  });

  it('takes a complaint of the model for unsupported, so that a fallback may serve', async () => {
    const error = {
      message: 'No such model.',
      type: 'image_generation_user_error',
      param: 'model',
      code: 'invalid_value',
    };
    expect(await failureFrom({ error }, 400)).toMatchObject({ kind: 'unsupported', param: 'model' });
  });

  it.each([[{ error: 'Try later.' }], ['Try later.']])(
    'takes an error that is a text for its message',
    async (body) => {
      expect(await failureFrom(body, 503)).toMatchObject({ kind: 'overloaded', message: 'Try later.' });
    },
  );

  it.each([{ error: null }, [], null, 7, ' '])('makes do with the error body %j', async (body) => {
    const failure = await failureFrom(body, 503);
    expect(failure).toMatchObject({ kind: 'overloaded', statusCode: 503, message: 'The provider answered 503.' });
  });

  it('believes the status of an error whose body is cut', async () => {
    const send: SendRequest = async (): Promise<ProviderAnswer> => ({
      status: 429,
      headers: { 'retry-after': '9' },
      body: (async function* () {
        yield Buffer.from('{"error":');
        throw new ProviderFailure('unknown_outcome', 'cut');
      })(),
    });
    const work = createOpenAi({ baseUrl: 'http://127.0.0.1:9', send }).start(request(), memoryCall());
    await expect(work).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 9, statusCode: 429 });
  });

  it('sends neither key nor request after a redirect', async () => {
    const elsewhere = await scripted();
    const location = `${elsewhere.baseUrl}/images/generations`;
    const server = await scripted({}, 308, { location });
    await expect(start(server, request())).rejects.toMatchObject({ kind: 'malformed', statusCode: 308 });
    expect(elsewhere.received).toHaveLength(0);
  });
});
