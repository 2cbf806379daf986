import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type SimulatorOptions, startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { signalOnce } from '../../support/signal-once.ts';
import { askJson, key } from './ask-vendor.ts';

let simulator: VendorSimulator | undefined;
afterEach(() => simulator?.stop());

async function start(options: SimulatorOptions = {}): Promise<VendorSimulator> {
  simulator = await startVendorSimulator({ latencySeconds: 0, ...options });
  return simulator;
}

const body = { model: 'gpt-image-2', prompt: '[plain] fox' };

describe('startVendorSimulator', () => {
  it('listens on loopback alone and names each vendor`s base URL', async () => {
    const running = await start();
    expect(running.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(running.baseUrl('openai')).toBe(`${running.origin}/openai/v1`);
    expect(() => running.baseUrl('nobody')).toThrow("no vendor called 'nobody'");
    expect((await fetch(`${running.origin}/nobody/v1/images/generations`, { method: 'POST' })).status).toBe(404);
  });

  it('has results at an origin that is not that of the APIs, and says where', async () => {
    const running = await start();
    expect(`http://${running.resultHost}`).not.toBe(running.origin);
    const told = await fetch(`${running.origin}/_simulator/results`);
    expect(await told.json()).toEqual({ host: running.resultHost });
    expect((await fetch(`http://${running.resultHost}/openai/v1/models`)).status).toBe(404);
    await running.stop();
    await expect(fetch(`http://${running.resultHost}/_results/any.png`)).rejects.toThrow();
  });

  it('refuses profiles that contradict themselves', async () => {
    await expect(start({ vendors: [{ name: 'a', wire: 'telex' }] })).rejects.toThrow("called 'telex'");
    await expect(start({ vendors: [{ name: '_results', wire: 'openai' }] })).rejects.toThrow("can't name");
    const twice = [
      { name: 'a', wire: 'openai' },
      { name: 'a', wire: 'openai-classic' },
    ];
    await expect(start({ vendors: twice })).rejects.toThrow('Two vendors');
  });

  it('plays two vendors of one wire with their own models', async () => {
    const running = await start({
      vendors: [
        { name: 'one', wire: 'openai' },
        { name: 'two', wire: 'openai', models: ['house-model'] },
      ],
    });
    expect((await askJson(running, 'generations', { ...body, model: 'house-model' }, 'two')).status).toBe(200);
    expect((await askJson(running, 'generations', { ...body, model: 'house-model' }, 'one')).status).toBe(400);
    expect((await askJson(running, 'generations', body, 'two')).status).toBe(400);
    expect(running.ledger.requests({ vendor: 'two' })).toHaveLength(2);
  });

  it.each([
    ['authorization', 'Key secret'],
    ['x-key', 'secret'],
    ['api-key', 'secret'],
    ['x-goog-api-key', 'secret'],
  ])('gives a result to nobody who sends a key along, such as %s', async (header, value) => {
    const running = await start({ vendors: [{ name: 'recraft', wire: 'recraft' }] });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const made = await fetch(`${running.baseUrl('recraft')}/images/generations`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ prompt: '[plain] fox' }),
    });
    const { data } = (await made.json()) as { data: { url: string }[] };
    const address = data[0]?.url ?? '';
    expect((await fetch(address, { headers: { [header]: value } })).status).toBe(400);
    expect((await fetch(address)).status).toBe(200);
  });

  it('takes its latency for images, and none for refusals', async () => {
    const slow = await start({ latencySeconds: 3600 });
    expect((await askJson(slow, 'generations', { ...body, n: 99 })).status).toBe(400);
    await slow.stop();
    const running = await start({ latencySeconds: 0.4 });
    const before = performance.now();
    await askJson(running, 'generations', body);
    expect(performance.now() - before).toBeGreaterThan(390);
  });

  it('answers 429 in the words of the wire to a key above its limit, and takes the next when it said', async () => {
    const limited = { name: 'openai', wire: 'openai', rateLimit: { requests: 2, seconds: 4 } };
    const running = await start({ vendors: [limited, { name: 'free', wire: 'openai' }] });
    const statusOf = async (vendor = 'openai') => (await askJson(running, 'generations', body, vendor)).status;
    expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
    const refused = await askJson(running, 'generations', body);
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(4);
    expect(await statusOf('free')).toBe(200);
    await new Promise((go) => setTimeout(go, seconds * 1000));
    expect(await statusOf()).toBe(200);
    expect(running.ledger.requests({ vendor: 'openai' }).map(({ status }) => status)).toEqual([200, 200, 429, 200]);
    expect(running.ledger.charges({ vendor: 'openai' })).toHaveLength(3);
  });

  it('stops at once while requests hang, and frees the port', async () => {
    const running = await start();
    const hanging = askJson(running, 'generations', { ...body, prompt: '[fail:hang]' });
    const slow = askJson(running, 'generations', { ...body, prompt: '[slow:3600]' });
    const settled = Promise.allSettled([hanging, slow]);
    await expect.poll(() => running.ledger.requests().length).toBe(2);
    await running.stop();
    await running.stop();
    expect((await settled).map((one) => one.status)).toEqual(['rejected', 'rejected']);
    await start({ port: Number(new URL(running.origin).port) });
  });
});

describe('RequestLog', () => {
  it('keeps requests in arrival order, with a fingerprint for the key and never the key', async () => {
    const running = await start();
    await askJson(running, 'generations', { ...body, prompt: '[plain] first', user: 'anna' });
    await askJson(running, 'generations', { ...body, prompt: '[plain] second', n: 3 });
    await askJson(running, 'generations', { ...body, prompt: 'third', n: 99 });
    const entries = running.ledger.requests();
    expect(entries).toMatchObject([
      {
        sequence: 1,
        vendor: 'openai',
        method: 'POST',
        path: '/openai/v1/images/generations',
        model: 'gpt-image-2',
        outcome: 'charged',
        images: 1,
        status: 200,
        parameters: { user: 'anna' },
      },
      { sequence: 2, outcome: 'charged', charged: true, images: 3 },
      { sequence: 3, outcome: 'refused', charged: false },
    ]);
    expect(entries[0]?.authorization).toMatch(/^[0-9a-f]{12}$/);
    expect(JSON.stringify(entries)).not.toContain(key);
    expect(Date.parse(entries[0]?.answeredAt ?? '')).toBeGreaterThanOrEqual(Date.parse(entries[0]?.at ?? ''));
    expect(running.ledger.requests({ prompt: 'second' })).toHaveLength(1);
    expect(running.ledger.charges().map((entry) => entry.sequence)).toEqual([1, 2]);
  });

  it('charges a client that leaves before the answer', async () => {
    const running = await start({ latencySeconds: 1 });
    const leaving = fetch(`${running.baseUrl('openai')}/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
      signal: signalOnce(() => running.ledger.requests().length > 0),
    });
    await expect(leaving).rejects.toThrow();
    await expect.poll(() => running.ledger.charges()).toMatchObject([{ outcome: 'cut', clientGone: true, images: 1 }]);
  });

  it('notes a client that breaks off in the middle of its request', async () => {
    const running = await start();
    const { hostname, port } = new URL(running.origin);
    const socket = connect(Number(port), hostname);
    socket.write('POST /openai/v1/images/generations HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"prompt"');
    await expect.poll(() => running.ledger.requests()).toHaveLength(1);
    socket.destroy();
    const expected = [{ outcome: 'cut', clientGone: true, charged: false }];
    await expect.poll(() => running.ledger.requests()).toMatchObject(expected);
  });

  it('notes a client that leaves in the middle of the answer', async () => {
    const running = await start();
    const leaving = new AbortController();
    const response = await fetch(`${running.baseUrl('openai')}/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ ...body, prompt: '[noise]', n: 4, size: '2048x2048' }),
      signal: leaving.signal,
    });
    expect(response.status).toBe(200);
    leaving.abort();
    await expect
      .poll(() => running.ledger.requests()[0])
      .toMatchObject({ outcome: 'cut', clientGone: true, charged: true, images: 4 });
  });
});

describe('serveControl', () => {
  it('shows, filters and clears the ledger over HTTP', async () => {
    const running = await start();
    await askJson(running, 'generations', body);
    await askJson(running, 'generations', { ...body, prompt: '[plain] owl' });
    const read = async (query = '') =>
      ((await (await fetch(`${running.origin}/_simulator/ledger${query}`)).json()) as { requests: unknown[] }).requests;
    expect(await read()).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
    expect(await read('?prompt=owl&vendor=openai')).toMatchObject([{ sequence: 2 }]);
    await fetch(`${running.origin}/_simulator/ledger`, { method: 'DELETE' });
    expect([await read(), running.ledger.requests()]).toEqual([[], []]);
  });

  it('takes faults over HTTP, and says what is wrong with one', async () => {
    const running = await start();
    const send = (value: unknown) =>
      fetch(`${running.origin}/_simulator/faults`, { method: 'POST', body: JSON.stringify(value) });
    expect(
      (
        await send([
          { kind: 'status', status: 500 },
          { kind: 'refuse', match: 'owl' },
        ])
      ).status,
    ).toBe(200);
    expect((await askJson(running, 'generations', body)).status).toBe(500);
    const wrong = await send({ kind: 'status', status: 'five hundred' });
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('status')]);
    await fetch(`${running.origin}/_simulator/faults`, { method: 'DELETE' });
    expect(running.faults.pending()).toEqual([]);
  });

  it('has nothing else', async () => {
    const running = await start();
    expect((await fetch(`${running.origin}/_simulator/nothing`)).status).toBe(404);
  });
});
