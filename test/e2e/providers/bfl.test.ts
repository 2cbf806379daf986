import { afterAll, beforeAll, describe, it } from 'vitest';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom } from '../running-darkroom.ts';
import { klein, startBfl } from './running-bfl.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startBfl();
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

/** The requests for this prompt, of which each may cost money. */
const submitsOf = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

describe.concurrent('the provider bfl', () => {
  it('makes an image of the size and type that were asked for', async ({ expect }) => {
    const prompt = promptOf('a harbour at dawn');
    const body = { model: 'bfl/flux-2-pro', prompt, size: '1024x768', output_format: 'png', seed: 7 };
    const job = await darkroom.client.run('generations', body);
    const [image] = await imagesOf(job);
    expect(await headerOf(image)).toEqual({ format: 'png', width: 1024, height: 768 });
    expect(job.result?.extra_fields).toMatchObject({
      provider: 'bfl',
      attempts: [{ provider: 'bfl', outcome: 'succeeded', billed: 'yes' }],
    });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
    expect(submitsOf(prompt)).toMatchObject([{ model: 'flux-2-pro', parameters: { seed: 7, width: 1024 } }]);
  });

  it('makes several images by as many requests, each with a ticket of its own', async ({ expect }) => {
    const prompt = promptOf('two boats');
    const job = await darkroom.client.run('generations', { model: klein, prompt, n: 2, size: '512x512' });
    expect(await imagesOf(job)).toHaveLength(2);
    expect(submitsOf(prompt)).toHaveLength(2);
    expect(job.result?.extra_fields.attempts).toHaveLength(2);
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  it('edits several pictures, in the size of the first', async ({ expect }) => {
    const prompt = promptOf('the cat drinks the coffee');
    const [cat, coffee] = await Promise.all([photograph('chelsea.png'), photograph('coffee.png')]);
    const form = formOf(
      ['model', klein],
      ['prompt', prompt],
      ['image[]', fileOf(cat, 'cat.png')],
      ['image[]', fileOf(coffee, 'coffee.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    expect((await headerOf(image)).format).toBe('jpeg');
    expect(submitsOf(prompt)[0]?.files.map((file) => [file.field, file.sha256])).toEqual([
      ['input_image', sha256(cat)],
      ['input_image_2', sha256(coffee)],
    ]);
  });

  promises.costsWhatIsBilled('bfl/flux-2-klein-4b', 'provider');
  promises.variesByEdits(klein, 'jpeg');

  promises.failsWhatModerationRefuses(klein);
});

describe('the functions that asked bfl', () => {
  promises.leavesNothingSecretInTheLogs();
});
