import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { imageResultSchema } from '../../lambda/contract/image-result.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';

const model = 'openai/gpt-image-2';
/** Spelled as Go's ParseBool takes it, which callers of other gateways are used to. */
const raw = { 'x-bf-send-back-raw-request': 'T', 'x-bf-send-back-raw-response': '1' };

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await sharedDarkroom();
});

const refusedPrompt = () => `${promptOf('nobody may draw this')} [fail:refuse]`;
const isRefusal = { error: { code: expect.any(String), message: expect.any(String) } };

describe('the sides of the provider’s wire', () => {
  it('are in a failed job, as GET and a held answer show it', async () => {
    const prompt = refusedPrompt();
    const job = await darkroom.client.run('generations', { model, prompt }, raw);
    expect(job.error?.extra_fields).toMatchObject({ raw_request: { prompt }, raw_response: isRefusal });
    const held = await darkroom.client.submit('generations', { model, prompt }, { ...raw, prefer: 'wait=20' });
    expect(held.status).toBe(200);
    expect(held.job().error?.extra_fields).toMatchObject({ raw_request: { prompt }, raw_response: isRefusal });
  });

  it('are in a held answer with images, and in its replay', async () => {
    const prompt = promptOf('a held lighthouse');
    const headers = { ...raw, prefer: 'wait=20', 'idempotency-key': randomUUID() };
    for (const replayed of [null, 'true']) {
      const answer = await darkroom.client.submit('generations', { model, prompt }, headers);
      expect(answer.headers.get('idempotency-replayed')).toBe(replayed);
      expect(answer.job().result?.extra_fields).toMatchObject({
        raw_request: { prompt },
        raw_response: { data: [{ b64_json: expect.stringMatching(/^<\d+ bytes of image>$/) }] },
      });
    }
  });

  it('are in a synchronous result, its failure, and the last event of a stream that failed', async () => {
    const prompt = promptOf('a lighthouse at once');
    const made = imageResultSchema.parse((await darkroom.client.make('generations', { model, prompt }, raw)).json());
    expect(made.extra_fields).toMatchObject({ raw_request: { prompt }, raw_response: expect.anything() });
    const refused = { model, prompt: refusedPrompt() };
    const failed = errorBodySchema.parse((await darkroom.client.make('generations', refused, raw)).json());
    expect(failed.extra_fields).toMatchObject({ raw_request: { prompt: refused.prompt }, raw_response: isRefusal });
    const stream = await darkroom.client.make('generations', { ...refused, stream: true }, raw);
    expect(stream.bytes.toString()).toContain('"raw_request":{');
  });

  it('are missing with a warning from the replay of a submission that did not ask', async () => {
    const prompt = promptOf('a shy lighthouse');
    const headers = { prefer: 'wait=20', 'idempotency-key': randomUUID() };
    const first = await darkroom.client.submit('generations', { model, prompt }, headers);
    expect(first.job().result?.extra_fields.warnings).toBeUndefined();
    const again = await darkroom.client.submit('generations', { model, prompt }, { ...headers, ...raw });
    expect(again.job().result?.extra_fields.warnings).toMatchObject([
      { code: 'raw_omitted', param: 'raw_request' },
      { code: 'raw_omitted', param: 'raw_response' },
    ]);
  });
});
