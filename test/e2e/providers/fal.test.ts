import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { imagesOf, locationOf } from '../client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../sample-files.ts';

let darkroom: RunningDarkroom;

/** An invocation is killed after five seconds, and a job fails after twenty-two. */
const fastMotion = {
  modelTimeoutSeconds: 3,
  processJobTimeoutSeconds: 5,
  leaseSeconds: 5,
  heartbeatSeconds: 1,
  wakeAfterSeconds: 5,
  deadlineSeconds: 22,
};

beforeAll(async () => {
  darkroom = await startDarkroom(fastMotion, {
    vendors: [{ name: 'fal', wire: 'fal' }],
    stageFor: (simulator) => ({
      providers: { fal: { baseUrl: simulator.baseUrl('fal'), resultHosts: [new URL(simulator.origin).host] } },
    }),
  });
});

afterAll(async () => {
  await darkroom?.stop();
});

const submitsOf = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

/** Waits until fal has been told to stop the work of this prompt, for which it gave so many tickets. */
async function calledOff(count: number): Promise<void> {
  await vi.waitFor(
    () => expect(darkroom.simulator.ledger.requests({ operation: 'cancel' }).length).toBeGreaterThanOrEqual(count),
    { timeout: 15_000, interval: 50 },
  );
}

describe.concurrent('the provider fal', () => {
  it('makes several images in one request', async ({ expect }) => {
    const prompt = promptOf('two kites');
    const body = { model: 'fal/fal-ai/flux/dev', prompt, n: 2, size: '1024x768', output_format: 'png' };
    const job = await darkroom.client.run('generations', body);
    const images = await imagesOf(job);
    const made = { format: 'png', width: 1024, height: 768 };
    expect(await Promise.all(images.map(headerOf))).toMatchObject([made, made]);
    expect(submitsOf(prompt)).toMatchObject([{ model: 'fal-ai/flux/dev', parameters: { num_images: 2 } }]);
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  it('makes and edits images with FLUX.2', async ({ expect }) => {
    const model = 'fal/fal-ai/flux-2-pro';
    const [cat, prompt] = [await photograph('chelsea.png'), promptOf('the cat in oils')];
    const form = formOf(['model', model], ['prompt', prompt], ['size', '512x512'], ['image', fileOf(cat, 'cat.png')]);
    const [made, edited] = await Promise.all([
      darkroom.client.run('generations', { model, prompt: promptOf('a lighthouse'), size: '512x768' }),
      darkroom.client.run('edits', form),
    ]);
    expect(await headerOf((await imagesOf(made))[0])).toMatchObject({ format: 'jpeg', width: 512, height: 768 });
    expect(await headerOf((await imagesOf(edited))[0])).toMatchObject({ width: 512, height: 512 });
    expect(submitsOf(prompt)).toMatchObject([
      { path: '/fal/fal-ai/flux-2-pro/edit', files: [{ field: 'image_urls[0]', sha256: sha256(cat) }] },
    ]);
  });

  it('makes and edits images with Kontext, in shapes', async ({ expect }) => {
    const model = 'fal/fal-ai/flux-pro/kontext';
    const form = formOf(
      ['model', model],
      ['prompt', promptOf('a donut beside it')],
      ['image', fileOf(await photograph('coffee.png'), 'coffee.png')],
    );
    const [made, edited] = await Promise.all([
      darkroom.client.run('generations', { model, prompt: promptOf('a wide field'), aspect_ratio: '16:9' }),
      darkroom.client.run('edits', form),
    ]);
    const { width = 0, height = 1 } = await headerOf((await imagesOf(made))[0]);
    expect(width / height).toBeCloseTo(16 / 9, 1);
    expect(await imagesOf(edited)).toHaveLength(1);
  });

  it('makes variations with a model of their own', async ({ expect }) => {
    const cat = await photograph('chelsea.png');
    const form = formOf(
      ['model', 'fal/fal-ai/flux-1/dev/redux'],
      ['size', '512x512'],
      ['image', fileOf(cat, 'cat.png')],
    );
    const job = await darkroom.client.run('variations', form);
    expect(await headerOf((await imagesOf(job))[0])).toMatchObject({ width: 512, height: 512 });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  it('removes a background', async ({ expect }) => {
    const cat = await photograph('chelsea.png');
    const form = formOf(
      ['model', 'fal/fal-ai/bria/background/remove'],
      ['type', 'background_removal'],
      ['image', fileOf(cat, 'cat.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    const { width, height } = await sharp(cat).metadata();
    expect(await sharp(image).metadata()).toMatchObject({ format: 'png', width, height, hasAlpha: true });
  });

  it('fails a job that moderation refuses behind the ticket', async ({ expect }) => {
    const prompt = promptOf('[fail:refuse]');
    const job = await darkroom.client.run('generations', { model: 'fal/fal-ai/flux/dev', prompt });
    expect(job).toMatchObject({ status: 'failed', status_code: 422, error: { error: { code: 'content_refused' } } });
    expect(submitsOf(prompt)).toHaveLength(1);
  });

  it('is told to stop where a job is cancelled, and where its deadline has passed', async ({ expect }) => {
    const model = 'fal/fal-ai/flux/dev';
    const [endless, unwanted] = [promptOf('an endless sea [slow:60]'), promptOf('an unwanted sea [slow:60]')];
    const late = darkroom.client.run('generations', { model, prompt: endless });
    const accepted = await darkroom.client.submit('generations', { model, prompt: unwanted });
    await vi.waitFor(() => expect(submitsOf(unwanted)).toMatchObject([{ outcome: 'charged' }]), 10_000);
    const path = new URL(locationOf(accepted)).pathname;
    const cancelled = await darkroom.client.ask(`${path}/cancel`, { method: 'POST' });
    expect(cancelled.job().status).toBe('cancelled');
    await calledOff(1);
    const job = await late;
    expect(job).toMatchObject({ status: 'failed', error: { error: { code: 'deadline_exceeded' } } });
    await calledOff(2);
    expect([endless, unwanted].map((prompt) => submitsOf(prompt).length)).toEqual([1, 1]);
    expect(darkroom.logLines.filter((line) => /timed out/i.test(line))).toEqual([]);
  });
});
