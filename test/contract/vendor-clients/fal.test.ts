import { createFalClient, ValidationError } from '@fal-ai/client';
import { describe, expect, it } from 'vitest';
import { fetched, key, photo, pictureOf, playVendors, whiteMask } from './play-vendors.ts';

const simulator = playVendors('fal', 'fal-run');

/** The client names fal's hosts itself, so its requests are led to the simulator on their way. */
const client = () =>
  createFalClient({
    credentials: key,
    retry: { maxRetries: 0 },
    requestMiddleware: async (request) => ({
      ...request,
      url: request.url
        .replace('https://queue.fal.run', simulator().baseUrl('fal'))
        .replace('https://fal.run', simulator().baseUrl('fal-run')),
    }),
  });

const dataUri = (content: Buffer) => `data:image/png;base64,${content.toString('base64')}`;
const polling = { mode: 'polling', pollInterval: 10 } as const;
const prompt = '[plain] a kite';
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('fal', () => {
  it('is subscribed to, and tells which request it was', async () => {
    const seen: string[] = [];
    const { data, requestId } = await client().subscribe('fal-ai/flux/dev', {
      input: { prompt: `${prompt} [slow:0.1]`, num_images: 2, image_size: { width: 512, height: 256 } },
      ...polling,
      onQueueUpdate: ({ status }) => void seen.push(status),
    });
    expect(requestId).toMatch(uuid);
    expect(data.images).toHaveLength(2);
    expect(await pictureOf(await fetched(data.images[0]?.url ?? ''))).toBe('jpeg 512x256');
    expect(seen).toContain('IN_PROGRESS');
    expect(seen.at(-1)).toBe('COMPLETED');
  });

  it('edits, fills a mask and removes a background', async () => {
    const [image, mask] = [dataUri(await photo()), dataUri(await whiteMask())];
    const edited = await client().subscribe('fal-ai/flux-2-pro/edit', {
      input: { prompt, image_urls: [image, image] },
      ...polling,
    });
    expect(edited.data.images).toHaveLength(1);
    const input = { prompt, image_url: image, mask_url: mask };
    const filled = await client().subscribe('fal-ai/flux-pro/v1/fill', { input, ...polling });
    expect(await pictureOf(await fetched(filled.data.images[0]?.url ?? ''))).toBe('jpeg 384x288');
    const cut = await client().subscribe('fal-ai/bria/background/remove', { input: { image_url: image }, ...polling });
    expect(await pictureOf(await fetched(cut.data.image.url))).toBe('png 384x288');
  });

  it('queues, tells its status and result, and cancels', async () => {
    const { queue } = client();
    const endpoint = 'fal-ai/flux/dev';
    const { request_id: requestId } = await queue.submit(endpoint, { input: { prompt: `${prompt} [slow:60]` } });
    expect(await queue.status(endpoint, { requestId, logs: true })).toMatchObject({ status: 'IN_PROGRESS' });
    await expect(queue.result(endpoint, { requestId })).rejects.toMatchObject({ status: 400, requestId });
    await queue.cancel(endpoint, { requestId });
    await expect(queue.status(endpoint, { requestId: 'none' })).rejects.toMatchObject({ status: 404 });
    const done = await queue.submit(endpoint, { input: { prompt } });
    const result = await queue.result(endpoint, { requestId: done.request_id });
    expect(result).toMatchObject({ requestId: done.request_id, data: { prompt } });
    await expect(queue.cancel(endpoint, { requestId: done.request_id })).rejects.toMatchObject({ status: 400 });
  });

  it('answers at once at its synchronous host', async () => {
    const { data, requestId } = await client().run('fal-ai/flux-2-pro', { input: { prompt } });
    expect(requestId).toMatch(uuid);
    expect(await pictureOf(await fetched(data.images[0]?.url ?? ''))).toBe('jpeg 1024x768');
    expect(simulator().ledger.charges({ vendor: 'fal-run' })).toHaveLength(1);
    expect(simulator().ledger.requests({ vendor: 'fal' })).toEqual([]);
  });

  it.each(['run', 'subscribe'] as const)('refuses in the words that make a ValidationError, at %s', async (way) => {
    const ask = (input: object) => client()[way]('fal-ai/flux/dev', { input: input as { prompt: string }, ...polling });
    const broken = await ask({ prompt, guidance: 3 }).catch((error: unknown) => error);
    expect(broken).toBeInstanceOf(ValidationError);
    expect((broken as ValidationError).getFieldErrors('guidance')).toHaveLength(1);
    expect((broken as ValidationError).requestId).toMatch(uuid);
    const flagged = await ask({ prompt: `${prompt} [fail:refuse]` }).catch((error: unknown) => error);
    expect((flagged as ValidationError).fieldErrors).toMatchObject([{ type: 'content_policy_violation' }]);
  });

  it('knows no endpoint that it does not play', async () => {
    for (const way of ['run', 'subscribe'] as const) {
      const unknown = client()[way]('fal-ai/nothing', { input: { prompt } });
      await expect(unknown).rejects.toMatchObject({
        status: 404,
        body: { detail: "Application 'fal-ai/nothing' not found" },
      });
    }
  });
});
