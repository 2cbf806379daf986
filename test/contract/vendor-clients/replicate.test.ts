import Replicate, { validateWebhook } from 'replicate';
import { describe, expect, it } from 'vitest';
import { startLoopbackServer } from '../../../local/vendors/loopback-server.ts';
import { alphaMask, fetched, key, photo, pictureOf, playVendors } from './play-vendors.ts';

const simulator = playVendors('replicate');
const client = (options: object = {}) =>
  new Replicate({ auth: key, baseUrl: simulator().baseUrl('replicate'), ...options });

const schnell = 'black-forest-labs/flux-schnell';
const prompt = '[plain] a kite';

/** As if TLS stood before the simulator: this client makes files of https addresses alone. */
const behindTls: typeof fetch = async (input, init) => {
  const answer = await fetch(String(input).replace('https://127.0.0.1', 'http://127.0.0.1'), init);
  if (!answer.headers.get('content-type')?.includes('json')) return answer;
  const text = (await answer.text()).replaceAll('http://127.0.0.1', 'https://127.0.0.1');
  return new Response(text, { status: answer.status, headers: answer.headers });
};

describe('replicate', () => {
  it('runs a model with its answer held back, which is the default', async () => {
    const output = (await client().run(schnell, { input: { prompt, num_outputs: 2 } })) as string[];
    expect(output).toHaveLength(2);
    expect(await pictureOf(await fetched(output[0] ?? ''))).toBe('webp 1024x1024');
    expect(
      simulator()
        .ledger.requests()
        .map(({ operation }) => operation),
    ).toEqual(['task']);
  });

  it('runs a model that takes longer than the client waits, of which it then asks', async () => {
    const progress: (string | undefined)[] = [];
    const input = { prompt: `${prompt} [slow:1.3]`, num_outputs: 1 };
    const output = await client().run(schnell, { input, wait: { mode: 'block', timeout: 1, interval: 50 } }, (each) =>
      progress.push(each.status),
    );
    expect(output).toEqual([expect.stringContaining('/_results/')]);
    expect(progress[0]).toBe('starting');
    expect(progress.at(-1)).toBe('succeeded');
  });

  it('gives files that read as pictures', async () => {
    const output = (await client({ fetch: behindTls }).run(schnell, { input: { prompt } })) as {
      url(): URL;
      blob(): Promise<Blob>;
    }[];
    expect(output[0]?.url().protocol).toBe('https:');
    const blob = await output[0]?.blob();
    expect(await pictureOf(new Uint8Array((await blob?.arrayBuffer()) ?? []))).toBe('webp 1024x1024');
  });

  it('runs a model by polling', async () => {
    const input = { prompt: `${prompt} [slow:0.2]` };
    const output = await client().run(schnell, { input, wait: { mode: 'poll', interval: 20 } });
    expect(output).toEqual([expect.stringContaining('/_results/')]);
    expect(
      simulator()
        .ledger.requests()
        .filter(({ operation }) => operation === 'poll').length,
    ).toBeGreaterThan(1);
  });

  it('runs a version, which the model tells with its schema', async () => {
    const model = await client().models.get('black-forest-labs', 'flux-schnell');
    const version = model.latest_version;
    const properties = { num_outputs: { type: 'integer', minimum: 1, maximum: 4 } };
    expect(version?.openapi_schema).toMatchObject({
      components: { schemas: { Input: { required: ['prompt'], properties } } },
    });
    const output = await client().run(`${schnell}:${version?.id}`, { input: { prompt } });
    expect(output).toHaveLength(1);
    const wrong = client().run(`${schnell}:${'0'.repeat(64)}`, { input: { prompt } });
    await expect(wrong).rejects.toThrow('Invalid version or not permitted');
    await expect(client().models.get('nobody', 'nothing')).rejects.toThrow('404');
  });

  it('creates, gets and cancels predictions', async () => {
    const { predictions } = client();
    const begun = await predictions.create({ model: schnell, input: { prompt: `${prompt} [slow:60]` } });
    expect(begun).toMatchObject({ status: 'starting', output: null });
    expect((await predictions.get(begun.id)).status).toBe('processing');
    expect((await predictions.cancel(begun.id)).status).toBe('canceled');
    expect((await predictions.get(begun.id)).status).toBe('canceled');
    await expect(predictions.get('nothing')).rejects.toThrow('404');
  });

  it('takes files, which the client uploads first', async () => {
    const kontext = 'black-forest-labs/flux-kontext-pro';
    const edited = await client().run(kontext, { input: { prompt, input_image: await photo() } });
    expect(await pictureOf(await fetched(String(edited)))).toBe('png 384x288');
    const fill = { prompt, image: new Blob([await photo()]), mask: await alphaMask() };
    await expect(client().run('black-forest-labs/flux-fill-pro', { input: fill })).rejects.toThrow('input.mask');
    const operations = simulator()
      .ledger.requests()
      .map(({ operation }) => operation);
    expect(operations).toEqual(['upload', 'task', 'upload', 'upload', 'task']);
  });

  it('tells a webhook of the beginning and of the end, signed', async () => {
    const told: Request[] = [];
    const listener = await startLoopbackServer(0, async (incoming, response) => {
      const body = (await incoming.toArray()).join('');
      told.push(
        new Request('http://127.0.0.1/', { method: 'POST', headers: incoming.headers as Record<string, string>, body }),
      );
      response.end();
    });
    try {
      const webhook = `${listener.origin}/done`;
      await client().predictions.create({ model: schnell, input: { prompt }, webhook });
      await expect.poll(() => told.length, { timeout: 20_000 }).toBe(2);
      const { key: secret } = await client().webhooks.default.secret.get();
      for (const request of told) expect(await validateWebhook(request.clone(), secret)).toBe(true);
      const [beginning, end] = await Promise.all(
        told.map((request) => request.json() as Promise<{ status: string; output: [] }>),
      );
      expect(beginning).toMatchObject({ status: 'starting', output: null });
      expect(end).toMatchObject({ status: 'succeeded', output: [expect.stringContaining('/_results/')] });
      const filter = { webhook, webhook_events_filter: ['completed' as const] };
      const { id } = await client().predictions.create({ model: schnell, input: { prompt }, ...filter });
      await expect.poll(() => told.length, { timeout: 20_000 }).toBe(3);
      expect(await told[2]?.json()).toMatchObject({ id, status: 'succeeded' });
    } finally {
      await listener.stop();
    }
    const elsewhere = { model: schnell, input: { prompt }, webhook: 'https://elsewhere.example/done' };
    await expect(client().predictions.create(elsewhere)).rejects.toThrow('webhook');
  });

  it('fails as the vendor does', async () => {
    const unknown = client().run(schnell, { input: { prompt, guidance: 3 } });
    await expect(unknown).rejects.toMatchObject({ name: 'ApiError', response: { status: 422 } });
    await expect(unknown).rejects.toThrow('input.guidance');
    const refused = client().run(schnell, { input: { prompt: `${prompt} [fail:refuse]` } });
    await expect(refused).rejects.toThrow('Prediction failed: The input or output was flagged as sensitive');
    await expect(client().run('nobody/nothing', { input: { prompt } })).rejects.toThrow('404');
    await expect(client().collections.list()).rejects.toThrow('The requested resource could not be found.');
  });
});
