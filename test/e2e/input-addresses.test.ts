import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localClientSettings, outputOf } from '../../bin/local-clients.ts';
import { imageResultSchema } from '../../lambda/contract/image-result.ts';
import { gradient, holedMask } from '../support/pictures.ts';
import { fileOf, formOf, headerOf, noisePng, sha256 } from '../support/sample-files.ts';
import { imagesOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { fastMotion } from './provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const vendors = ['fal', 'replicate', 'xai', 'openai'] as const;
const models = [
  ['fal/fal-ai/flux-2-pro', '/fal/fal-ai/flux-2-pro/edit'],
  ['replicate/black-forest-labs/flux-2-pro', 'predictions'],
  ['xai/grok-imagine-image', '/images/edits'],
] as const;
const rawSides = { 'x-bf-send-back-raw-request': 'true', 'x-bf-send-back-raw-response': 'true' };
/** Far above what a request without images has. */
const photoBytes = 1_200_000;

let darkroom: RunningDarkroom;
let photo: Buffer;

beforeAll(async () => {
  photo = await noisePng(photoBytes);
  darkroom = await startDarkroom(
    { ...fastMotion, inputAddresses: 'where_taken' },
    {
      vendors: vendors.map((name) => ({ name, wire: name })),
      stageFor: (simulator) => ({
        providers: Object.fromEntries(
          vendors.map((name) => [
            name,
            { baseUrl: simulator.baseUrl(name), resultHosts: name === 'openai' ? [] : [simulator.resultHost] },
          ]),
        ),
      }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

/** The requests with a prompt that cost money. */
const submitsOf = (prompt: string) =>
  darkroom.simulator.ledger.requests({ prompt }).filter(({ operation }) => operation !== 'upload');
const formWith = (model: string, prompt: string, ...more: (readonly [string, string | File])[]) =>
  formOf(['model', model], ['prompt', prompt], ['image', fileOf(photo, 'photo.png')], ...more);

describe('a stage that sends addresses of inputs', () => {
  it.each(models)(
    'has the picture fetched that was sent, and lets none of its bytes out itself: %s',
    async (model, path) => {
      const prompt = promptOf(`the noise in oils by ${model}`);
      const job = await darkroom.client.run('edits', formWith(model, prompt), rawSides);
      expect(job.status).toBe('completed');
      expect(await headerOf((await imagesOf(job))[0])).toMatchObject({ width: expect.any(Number) });
      const submits = submitsOf(prompt);
      expect(submits).toMatchObject([{ path: expect.stringContaining(path), files: [{ sha256: sha256(photo) }] }]);
      expect(submits[0]?.bodyBytes).toBeLessThan(5_000);
      expect(darkroom.simulator.ledger.requests({ operation: 'upload' })).toEqual([]);
      const shown = JSON.stringify(job);
      expect(shown).toContain(`<address of ${photo.length} bytes of image, sha256 ${sha256(photo)}>`);
      expect(shown).not.toMatch(/X-Amz|inputs\//i);
    },
  );

  it('does so on the synchronous route, too', async () => {
    const prompt = promptOf('the noise at once');
    const answer = await darkroom.client.make('edits', formWith('xai/grok-imagine-image', prompt), rawSides);
    expect(imageResultSchema.parse(answer.json()).data).toHaveLength(1);
    const submits = submitsOf(prompt);
    expect(submits).toMatchObject([{ files: [{ sha256: sha256(photo) }] }]);
    expect(submits[0]?.bodyBytes).toBeLessThan(5_000);
    expect(answer.bytes.toString()).not.toMatch(/X-Amz/i);
  });

  it('sends what is redrawn as bytes beside an address', async () => {
    const size = { width: 512, height: 384 };
    const [picture, prompt] = [await gradient(size), promptOf('a boat in the hole')];
    const mask = await holedMask(size, { left: 100, top: 100, width: 100, height: 100 });
    const form = formOf(
      ['model', 'fal/fal-ai/flux-pro/v1/fill'],
      ['prompt', prompt],
      ['image', fileOf(picture, 'picture.png')],
      ['mask', fileOf(mask, 'mask.png')],
    );
    expect((await darkroom.client.run('edits', form)).status).toBe('completed');
    const [submitted] = submitsOf(prompt);
    expect(submitted?.files).toHaveLength(2);
    expect(submitted?.files).toContainEqual(expect.objectContaining({ field: 'image_url', sha256: sha256(picture) }));
    expect(submitted?.bodyBytes).toBeLessThan(picture.length);
  });

  it('sends bytes to a provider that fetches nothing', async () => {
    const prompt = promptOf('the noise in a form');
    expect((await darkroom.client.run('edits', formWith('openai/gpt-image-2', prompt))).status).toBe('completed');
    expect(submitsOf(prompt)[0]?.bodyBytes).toBeGreaterThan(photo.length);
  });

  it('makes a new address for each try', async () => {
    const prompt = promptOf('the noise, tried twice');
    darkroom.simulator.faults.add({ kind: 'status', status: 503, match: prompt });
    expect((await darkroom.client.run('edits', formWith('fal/fal-ai/flux-2-pro', prompt))).status).toBe('completed');
    const fetched = { files: [{ sha256: sha256(photo) }] };
    expect(submitsOf(prompt)).toMatchObject([fetched, fetched]);
  });

  it('repeats no address that a provider quotes', async () => {
    const prompt = promptOf('the noise that could not be loaded');
    const quoted =
      'https://b.s3.eu-central-1.amazonaws.com/inputs/r2/n/image-1.png?X-Amz-Expires=900&X-Amz-Signature=0a1b';
    darkroom.simulator.faults.add({ kind: 'status', status: 422, message: `Not loaded: ${quoted}`, match: prompt });
    const job = await darkroom.client.run('edits', formWith('fal/fal-ai/flux-2-pro', prompt), rawSides);
    expect(job.error?.error.message).toContain('Not loaded: [removed]');
    expect(JSON.stringify(job)).not.toMatch(/X-Amz/i);
  });

  it('keeps no address in its tables and logs', async () => {
    const tables = new DynamoDBClient(localClientSettings(darkroom.stack, 'DYNAMODB'));
    const kept: string[] = [];
    const pages = paginateScan({ client: tables }, { TableName: outputOf(darkroom.stack, 'JobsTableName') });
    for await (const { Items = [] } of pages) kept.push(...Items.map((item) => JSON.stringify(item)));
    tables.destroy();
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.filter((item) => /X-Amz/i.test(item))).toEqual([]);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
