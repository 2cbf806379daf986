import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageJob } from '../../lambda/contract/job.ts';
import { fileOf, formOf, photograph, sha256 } from '../support/sample-files.ts';
import { fetchAnswer, imagesOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const model = 'studio/acme/studio-1';
const showAnswer = { 'x-bf-send-back-raw-response': 'true' };
let darkroom: RunningDarkroom;

// Three servers beside OpenAI: one that answers with addresses on a host that the stage trusts, the same one where it
// doesn't, and one that answers with the bytes.
beforeAll(async () => {
  const models = ['acme/studio-1'];
  darkroom = await startDarkroom(
    {},
    {
      vendors: [
        { name: 'openai', wire: 'openai' },
        ...['studio', 'wary', 'inline'].map((name) => ({ name, wire: 'openai-classic', models })),
      ],
      stageFor: (simulator) => {
        const served = models.map((name) => ({ model: name, typicalSeconds: 1 }));
        const at = (name: string) => ({ baseUrl: simulator.baseUrl(name), models: served });
        const resultHosts = [simulator.resultHost];
        return {
          compatibleServers: {
            studio: { ...at('studio'), responseFormat: 'url', resultHosts },
            wary: { ...at('wary'), responseFormat: 'url' },
            inline: at('inline'),
          },
        };
      },
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

/** The images as the vendor serves them, by the addresses that it answered with. */
async function servedFor(job: ImageJob): Promise<readonly string[]> {
  const answer = job.result?.extra_fields.raw_response as { readonly data: readonly { readonly url: string }[] };
  const addresses = answer.data.map(({ url }) => url.replace('?…', ''));
  expect(addresses.every((address) => address.startsWith(`http://${darkroom.simulator.resultHost}/_results/`))).toBe(
    true,
  );
  return Promise.all(addresses.map(async (address) => sha256((await fetchAnswer(address)).bytes)));
}

describe('a compatible server of the stage', () => {
  it('makes images that end up in the bucket, byte for byte, though it only gives their addresses', async () => {
    const prompt = promptOf('two boats in a studio');
    const job = await darkroom.client.run('generations', { model, prompt, n: 2, size: '512x512' }, showAnswer);
    expect(job.result).toMatchObject({
      model,
      extra_fields: {
        provider: 'studio',
        model_requested: model,
        attempts: [{ provider: 'studio', model: 'acme/studio-1', outcome: 'succeeded', billed: 'yes' }],
      },
    });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
    expect(job.result?.data.map(({ url }) => new URL(url ?? '').origin)).toEqual(Array(2).fill(darkroom.origin));
    const images = await imagesOf(job);
    expect(images.map(sha256)).toEqual(await servedFor(job));
    expect(await sharp(images[1]).metadata()).toMatchObject({ format: 'png', width: 512, height: 512 });
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([
      { vendor: 'studio', charged: true, parameters: { response_format: 'url', n: 2 } },
    ]);
  });

  it('edits within a mask, and its image can be had in base64 as well', async () => {
    const prompt = promptOf('a fern in the foam');
    const [coffee, mask] = await Promise.all([photograph('coffee.png'), photograph('coffee-mask.png')]);
    const form = formOf(
      ['model', model],
      ['prompt', prompt],
      ['type', 'inpainting'],
      ['response_format', 'b64_json'],
      ['image', fileOf(coffee, 'coffee.png')],
      ['mask', fileOf(mask, 'mask.png')],
    );
    const job = await darkroom.client.run('edits', form, showAnswer);
    const [encoded] = job.result?.data ?? [];
    expect([sha256(Buffer.from(encoded?.b64_json ?? '', 'base64'))]).toEqual(await servedFor(job));
    const [request] = darkroom.simulator.ledger.requests({ prompt });
    expect(request?.files.map((file) => [file.field, file.sha256])).toEqual([
      ['image', sha256(coffee)],
      ['mask', sha256(mask)],
    ]);
  });

  it('makes variations by the route of its own, without a warning', async () => {
    const cat = await photograph('chelsea.png');
    const form = formOf(['model', model], ['n', '2'], ['size', '256x256'], ['image', fileOf(cat, 'cat.png')]);
    const job = await darkroom.client.run('variations', form, showAnswer);
    expect((await imagesOf(job)).map(sha256)).toEqual(await servedFor(job));
    expect(job.result?.extra_fields.warnings).toBeUndefined();
    const [request] = darkroom.simulator.ledger.requests({ vendor: 'studio', operation: 'variation' });
    expect(request).toMatchObject({ path: '/studio/v1/images/variations', files: [{ sha256: sha256(cat) }] });
  });

  it('serves as a fallback of another provider', async () => {
    const body = { model: 'openai/gpt-image-2', prompt: promptOf('elsewhere [fail:404x1]'), fallbacks: [model] };
    const job = await darkroom.client.run('generations', body);
    expect(job.result?.model).toBe(model);
    await imagesOf(job);
  });

  it('may answer with the bytes as well', async () => {
    const body = { model: 'inline/acme/studio-1', prompt: promptOf('in one answer'), size: '256x256' };
    expect(await imagesOf(await darkroom.client.run('generations', body))).toHaveLength(1);
  });

  it('is not followed to a private host that the stage does not trust: the job fails, and shows what was paid', async () => {
    const prompt = promptOf('behind the wall');
    const job = await darkroom.client.run('generations', { model: 'wary/acme/studio-1', prompt });
    expect(job).toMatchObject({ status: 'failed', status_code: 502 });
    const paid = { outcome: 'malformed', billed: 'yes' };
    expect(job.error).toMatchObject({ error: { code: 'provider_error' }, extra_fields: { attempts: [paid, paid] } });
    expect(job.error?.error.message).toContain('could not be fetched');
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(2);
  });

  it.each(['studio/nothing', 'studio/', 'Studio/acme/studio-1'])('is a 400 for %s', async (name) => {
    const answer = await darkroom.client.submit('generations', { model: name, prompt: promptOf('none') });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: 'model' } });
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
    expect(darkroom.logLines.filter((line) => line.includes('/_results/'))).toEqual([]);
  });
});
