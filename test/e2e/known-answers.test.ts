import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageResult } from '../../lambda/contract/image-result.ts';
import type { ImageJob } from '../../lambda/contract/job.ts';
import { fileOf, formOf } from '../support/sample-files.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Answer, type Client, createClient, fetchAnswer, locationOf } from './client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { errorOf, resultOf } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;
let client: Client;

beforeAll(async () => {
  darkroom = await startDarkroom({ maxSynchronousPerOwner: 20, defaultMaxOpenJobs: 1000 });
  client = darkroom.client;
});

afterAll(async () => {
  await darkroom?.stop();
});

const cached = (over: Record<string, string> = {}) => ({ 'x-bf-cache-key': 'gallery', ...over });
const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });
const isHit = ({ extra_fields }: ImageResult) => (extra_fields.cache_debug as { cache_hit?: boolean })?.cache_hit;
const cacheId = ({ extra_fields }: ImageResult) => (extra_fields.cache_debug as { cache_id?: string })?.cache_id;

function resultOfJob(job: ImageJob): ImageResult {
  if (!job.result) throw new Error(`The job ${job.id} is ${job.status}.`);
  return job.result;
}

async function digests({ data }: ImageResult): Promise<readonly string[]> {
  const answers = await Promise.all(data.map(({ url = '' }) => fetchAnswer(url)));
  expect(answers.map(({ status }) => status)).toEqual(data.map(() => 200));
  return answers.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
}

/** Asks again, as clients do, where the stage takes nothing for the moment: 200 write to the record of one owner. */
async function accepting(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    if (tries >= 20 || (answer.status !== 429 && answer.status !== 503)) return answer;
    await delay(200 * tries);
  }
}

/** Makes a result, and gives it once equal submissions are answered with it. */
async function published(body: object, headers = cached()): Promise<ImageResult> {
  const result = resultOf(await client.make('generations', body, headers));
  await waitFor(() => expect(darkroom.logLines.some((line) => isPublished(line, result.id))).toBe(true));
  return result;
}

const isPublished = (line: string, jobId: string) => line.includes('answer_published') && line.includes(jobId);

describe('submissions with one x-bf-cache-key', () => {
  it('make one provider request, two hundred at once and by either door', async () => {
    const body = { model, prompt: promptOf('two hundred at once [slow:2]') };
    const submit = async () => {
      const accepted = await accepting(() => client.submit('generations', body, cached()));
      return resultOfJob((await client.ended(locationOf(accepted))).job);
    };
    const make = async () => resultOf(await accepting(() => client.make('generations', body, cached())));
    const results = await Promise.all(Array.from({ length: 200 }, (_, at) => (at % 20 === 0 ? make() : submit())));
    expect(requestsFor(body.prompt)).toHaveLength(1);
    expect(results.filter((result) => !isHit(result))).toHaveLength(1);
    expect(new Set(results.map(({ id }) => id)).size).toBe(200);
    expect(new Set(results.map(cacheId)).size).toBe(1);
    const [first, last] = [await digests(results[0] as ImageResult), await digests(results[199] as ImageResult)];
    expect(first).toEqual(last);
  }, 240_000);

  it('make a second request for an image of which one pixel differs', async () => {
    const prompt = promptOf('one pixel apart');
    const pixels = Buffer.alloc(64 * 64 * 4, 200);
    const png = (raw: Buffer) =>
      sharp(raw, { raw: { width: 64, height: 64, channels: 4 } })
        .png()
        .toBuffer();
    const edit = (bytes: Buffer) =>
      client.run('edits', formOf(['model', model], ['prompt', prompt], ['image', fileOf(bytes, 'a.png')]), cached());
    const image = await png(pixels);
    pixels[0] = 199;
    const other = await png(pixels);
    await edit(image);
    expect(isHit(resultOfJob(await edit(image)))).toBe(true);
    expect(isHit(resultOfJob(await edit(other)))).toBe(false);
    expect(requestsFor(prompt)).toHaveLength(2);
  });

  it('share nothing with another owner, nor with another cache key', async () => {
    const body = { model, prompt: promptOf('each its own') };
    await published(body);
    const stranger = createClient(darkroom.origin, await darkroom.newKey('stranger'));
    expect(isHit(resultOf(await stranger.make('generations', body, cached())))).toBe(false);
    expect(isHit(resultOf(await client.make('generations', body, cached({ 'x-bf-cache-key': 'other' }))))).toBe(false);
    expect(resultOf(await client.make('generations', body)).extra_fields.cache_debug).toBeUndefined();
    expect(requestsFor(body.prompt)).toHaveLength(4);
  });

  it('are whole when the job that made the images is deleted, and cost nothing', async () => {
    const body = { model, prompt: promptOf('outlives its job'), n: 2 };
    const first = await published(body);
    const bytes = await digests(first);
    expect((await client.ask(`/v1/async/images/generations/${first.id}`, { method: 'DELETE' })).status).toBe(204);
    const hit = resultOf(await client.make('generations', body, cached()));
    expect(hit.extra_fields.cache_debug).toEqual({
      cache_hit: true,
      cache_id: cacheId(first),
      hit_type: 'direct',
      requested_provider: 'openai',
      requested_model: 'gpt-image-2',
      provider_used: 'openai',
      model_used: 'gpt-image-2',
    });
    expect(await digests(hit)).toEqual(bytes);
    expect(hit.extra_fields.attempts).toEqual([]);
    expect(hit.extra_fields).toMatchObject({ cost_usd: 0 });
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it('are answered in the response format that each asks for', async () => {
    const body = { model, prompt: promptOf('as links, then as base64') };
    const first = await published({ ...body, response_format: 'url' });
    const hit = resultOf(await client.make('generations', { ...body, response_format: 'b64_json' }, cached()));
    expect([isHit(hit), hit.data[0]?.url]).toEqual([true, undefined]);
    const inline = createHash('sha256').update(Buffer.from(hit.data[0]?.b64_json ?? '', 'base64'));
    expect([inline.digest('hex')]).toEqual(await digests(first));
  });

  it('make new images once the answer has expired', async () => {
    const body = { model, prompt: promptOf('for two seconds') };
    await published(body, cached({ 'x-bf-cache-ttl': '2s' }));
    await delay(2200);
    expect(isHit(resultOf(await client.make('generations', body, cached())))).toBe(false);
    expect(requestsFor(body.prompt)).toHaveLength(2);
  });

  it('leave no answer with x-bf-cache-no-store, and may have one', async () => {
    const body = { model, prompt: promptOf('not kept') };
    const noStore = cached({ 'x-bf-cache-no-store': 'true' });
    expect(isHit(resultOf(await client.make('generations', body, noStore)))).toBe(false);
    expect(isHit(await published(body))).toBe(false);
    expect(isHit(resultOf(await client.make('generations', body, noStore)))).toBe(true);
    expect(requestsFor(body.prompt)).toHaveLength(2);
  });

  it('end a stream with the completed event alone', async () => {
    const body = { model, prompt: promptOf('streamed later') };
    await published(body);
    const streamed = await client.make('generations', { ...body, stream: true, partial_images: 2 }, cached());
    const events = [...streamed.bytes.toString().matchAll(/^event: (.+)$/gm)].map(([, name]) => name);
    expect([streamed.status, events]).toEqual([200, ['image_generation.completed']]);
    expect(streamed.bytes.toString()).toContain('"cache_hit":true');
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it('say that raw bodies are missing from an answer', async () => {
    const body = { model, prompt: promptOf('raw or not') };
    await published(body);
    const raw = { ...cached(), 'x-bf-send-back-raw-response': 'true' };
    const { extra_fields } = resultOf(await client.make('generations', body, raw));
    expect(extra_fields.warnings?.map(({ code }) => code)).toContain('raw_omitted');
  });

  it.each([
    { 'x-bf-cache-type': 'semantic' },
    { 'x-bf-cache-key': 'two words' },
    { 'x-bf-cache-key': 'k'.repeat(256) },
    { 'x-bf-cache-ttl': '721h' },
  ])('are refused with %j', async (header) => {
    const answer = await client.submit('generations', { model, prompt: promptOf('refused') }, cached(header));
    expect(errorOf(answer)).toMatchObject({ status_code: 400, error: { param: Object.keys(header)[0] } });
  });
});

describe('DELETE /v1/images/cache/{cache_id}', () => {
  it('stops further hits, and leaves what was answered', async () => {
    const body = { model, prompt: promptOf('forgotten') };
    const first = await published(body);
    const hit = resultOf(await client.make('generations', body, cached()));
    const path = `/v1/images/cache/${cacheId(first)}`;
    const stranger = createClient(darkroom.origin, await darkroom.newKey('second stranger'));
    const remove = async (by: Client, at: string) => (await by.ask(at, { method: 'DELETE' })).status;
    expect([await remove(stranger, path), await remove(client, `${path}0`)]).toEqual([404, 404]);
    expect([await remove(client, path), await remove(client, path)]).toEqual([204, 404]);
    expect(await digests(hit)).toEqual(await digests(first));
    expect(isHit(resultOf(await client.make('generations', body, cached())))).toBe(false);
    expect(requestsFor(body.prompt)).toHaveLength(2);
  });
});
