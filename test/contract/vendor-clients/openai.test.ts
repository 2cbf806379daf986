import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { describe, expect, it } from 'vitest';
import { alphaMask, fetched, key, photo, pictureOf, playVendors } from './play-vendors.ts';

const simulator = playVendors('openai', 'azure', 'recraft');
const settings = { apiKey: key, maxRetries: 0 } as const;
const client = () => new OpenAI({ ...settings, baseURL: simulator().baseUrl('openai') });

const model = 'gpt-image-2';
const prompt = '[plain] a kite';
const png = async (background?: string) => toFile(await photo(background), 'photo.png', { type: 'image/png' });
const mask = async () => toFile(await alphaMask(), 'mask.png', { type: 'image/png' });

describe('openai', () => {
  it('makes several images, and tells their usage', async () => {
    const made = await client().images.generate({ model, prompt, n: 2, size: '1536x1024', output_format: 'webp' });
    expect(made.data).toHaveLength(2);
    expect(await pictureOf(made.data?.[1]?.b64_json ?? '')).toBe('webp 1536x1024');
    expect(made.usage?.output_tokens).toBeGreaterThan(0);
  });

  it('edits one image by a mask, and several without', async () => {
    const { images } = client();
    const masked = await images.edit({ model, prompt, image: await png(), mask: await mask() });
    expect(masked.data).toHaveLength(1);
    const several = await images.edit({ model, prompt, image: [await png(), await png('#08c')] });
    expect(several.data).toHaveLength(1);
    expect(
      simulator()
        .ledger.charges()
        .map(({ files }) => files.length),
    ).toEqual([2, 2]);
  });

  it.each(['generation', 'edit'] as const)('streams partial images before the image of a %s', async (operation) => {
    const { images } = client();
    const asked = { model, prompt, stream: true, partial_images: 2, size: '1024x1024' } as const;
    const stream = await (operation === 'edit'
      ? images.edit({ ...asked, image: await png() })
      : images.generate(asked));
    const types: string[] = [];
    let last = '';
    for await (const event of stream) {
      types.push(event.type);
      last = event.b64_json;
    }
    const family = `image_${operation}`;
    expect(types).toEqual([`${family}.partial_image`, `${family}.partial_image`, `${family}.completed`]);
    expect(await pictureOf(last)).toBe('png 1024x1024');
  });

  it('lists its models, and shows one', async () => {
    const ids: string[] = [];
    for await (const { id } of client().models.list()) ids.push(id);
    expect(ids).toContain(model);
    expect((await client().models.retrieve(model)).id).toBe(model);
    await expect(client().models.retrieve('dall-e-2')).rejects.toMatchObject({ code: 'model_not_found' });
  });

  it('fails in the classes, codes and params that the client reads', async () => {
    const { images } = client();
    await expect(images.generate({ model, prompt, n: 11 })).rejects.toMatchObject({
      name: 'Error',
      status: 400,
      code: 'integer_above_max_value',
      param: 'n',
    });
    await expect(images.generate({ model, prompt, quality: 'xhigh' as 'high' })).rejects.toThrow(
      OpenAI.BadRequestError,
    );
    await expect(images.generate({ model: 'gpt-image-0', prompt })).rejects.toMatchObject({ param: 'model' });
    await expect(images.createVariation({ image: await png() })).rejects.toThrow(OpenAI.NotFoundError);
    const stranger = new OpenAI({ ...settings, apiKey: 'sk-invalid', baseURL: simulator().baseUrl('openai') });
    await expect(stranger.images.generate({ model, prompt })).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(client().files.list()).rejects.toThrow(OpenAI.NotFoundError);
  });
});

describe('azure', () => {
  const baseUrl = () => simulator().baseUrl('azure');
  const azure = (apiVersion = '2025-04-01-preview') =>
    new AzureOpenAI({ ...settings, apiVersion, endpoint: baseUrl().replace(/\/openai$/, ''), deployment: model });

  it.each(['2025-04-01-preview', '2024-02-01'])('makes and edits by its own client, in version %s', async (version) => {
    expect((await azure(version).images.generate({ prompt, n: 2 })).data).toHaveLength(2);
    const edited = await azure(version).images.edit({ model, prompt, image: await png(), mask: await mask() });
    expect(edited.data).toHaveLength(1);
    const missing = new AzureOpenAI({ ...settings, apiVersion: version, baseURL: `${baseUrl()}/deployments/none` });
    await expect(missing.images.generate({ prompt })).rejects.toMatchObject({ code: 'DeploymentNotFound' });
  });

  it.each([undefined, 'v1', 'preview'])('has the routes of its v1 API, with the version %s', async (version) => {
    const versions = version === undefined ? {} : { defaultQuery: { 'api-version': version } };
    const v1 = new OpenAI({ ...settings, baseURL: `${baseUrl()}/v1`, ...versions });
    expect((await v1.images.generate({ model, prompt })).data).toHaveLength(1);
    const byHeader = new OpenAI({
      ...settings,
      baseURL: `${baseUrl()}/v1`,
      defaultHeaders: { authorization: null, 'api-key': key },
      ...versions,
    });
    expect((await byHeader.images.edit({ model, prompt, image: await png() })).data).toHaveLength(1);
    await expect(v1.images.generate({ model: 'none', prompt })).rejects.toMatchObject({ code: 'DeploymentNotFound' });
    await expect(v1.images.generate({ prompt })).rejects.toMatchObject({ status: 404 });
  });

  it('has no other version of the v1 API, and no other route', async () => {
    const dated = { baseURL: `${baseUrl()}/v1`, defaultQuery: { 'api-version': '2025-04-01' } };
    await expect(new OpenAI({ ...settings, ...dated }).images.generate({ model, prompt })).rejects.toMatchObject({
      status: 400,
    });
    const v1 = new OpenAI({ ...settings, baseURL: `${baseUrl()}/v1` });
    await expect(v1.images.createVariation({ image: await png() })).rejects.toThrow('Resource not found');
    await expect(
      new OpenAI({ ...settings, apiKey: 'sk-invalid', baseURL: `${baseUrl()}/v1` }).models.list(),
    ).rejects.toThrow(OpenAI.AuthenticationError);
  });
});

describe('recraft', () => {
  const recraft = () => new OpenAI({ ...settings, baseURL: simulator().baseUrl('recraft') });

  it('makes images by the client of OpenAI, as its pages show', async () => {
    const made = await recraft().images.generate({ model: 'recraftv4_1', prompt, n: 2, size: '1024x1024' });
    expect(await pictureOf(await fetched(made.data?.[0]?.url ?? ''))).toBe('webp 1024x1024');
    expect(made.data).toHaveLength(2);
    const inline = await recraft().images.generate({ model: 'recraftv3', prompt, response_format: 'b64_json' });
    expect(await pictureOf(inline.data?.[0]?.b64_json ?? '')).toBe('webp 1024x1024');
    await expect(recraft().images.edit({ prompt, image: await png() })).rejects.toThrow(OpenAI.NotFoundError);
  });
});
