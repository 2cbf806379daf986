import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultOrder } from '../../../local/vendors/fault-order.ts';
import { Faults } from '../../../local/vendors/faults.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { signalOnce } from '../../support/signal-once.ts';
import { askJson, imagesOf, key } from './ask-vendor.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0 });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.ledger.clear();
  simulator.faults.clear();
});

const ask = (prompt = '[plain] fox') => askJson(simulator, 'generations', { model: 'gpt-image-2', prompt });

/** Fires when the simulator has so many requests. */
const whenAsked = (count: number) => signalOnce(() => simulator.ledger.requests().length >= count);

/** The raw exchange, for answers that are no JSON or never come whole. */
async function askRaw(prompt: string, signal = AbortSignal.timeout(60_000)): Promise<Response> {
  return fetch(`${simulator.baseUrl('openai')}/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-image-2', prompt }),
    signal,
  });
}

describe('Faults', () => {
  it('strikes as often as told, and then no more', async () => {
    simulator.faults.add({ kind: 'status', status: 503, times: 2 });
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([503, 503, 200]);
    simulator.faults.add({ kind: 'status', status: 500, times: 'always' });
    for (let round = 0; round < 4; round += 1) expect((await ask()).status).toBe(500);
  });

  it('strikes only the vendor and the prompts that it names, the oldest first', async () => {
    simulator.faults.add({ kind: 'status', status: 500, vendor: 'studio' });
    simulator.faults.add({ kind: 'status', status: 501, match: 'owl' });
    simulator.faults.add({ kind: 'status', status: 502, match: 'owl' });
    expect((await ask()).status).toBe(200);
    expect([(await ask('[plain] owl')).status, (await ask('[plain] owl')).status]).toEqual([501, 502]);
    expect(simulator.faults.pending()).toEqual([{ kind: 'status', status: 500, vendor: 'studio', times: 1 }]);
  });

  it('is not used up by a request that the vendor refuses anyway', async () => {
    simulator.faults.add({ kind: 'status', status: 500 });
    await askJson(simulator, 'generations', { model: 'gpt-image-2', prompt: 'fox', n: 99 });
    expect((await ask()).status).toBe(500);
  });

  it.each([
    [{ kind: 'status' }],
    [{ kind: 'status', status: 200 }],
    [{ kind: 'explode' }],
    [{ kind: 'hang', times: 0 }],
    [{ kind: 'slow' }],
    [{ kind: 'hang', retry_after: 2 }],
  ])('refuses %j as no fault', (order) => {
    expect(() => new Faults().add(order as FaultOrder)).toThrow(TypeError);
  });
});

describe('playFault', () => {
  it('answers a status with the vendor`s own error body, uncharged', async () => {
    simulator.faults.add({ kind: 'status', status: 429, retryAfter: 7 });
    simulator.faults.add({ kind: 'status', status: 429, retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' });
    simulator.faults.add({ kind: 'status', status: 429, code: 'insufficient_quota' });
    simulator.faults.add({ kind: 'status', status: 401 });
    simulator.faults.add({ kind: 'status', status: 403 });
    const [seconds, date, quota, key401, key403] = [await ask(), await ask(), await ask(), await ask(), await ask()];
    expect([seconds.status, seconds.headers.get('retry-after'), seconds.body.error?.code]).toEqual([
      429,
      '7',
      'rate_limit_exceeded',
    ]);
    expect(date.headers.get('retry-after')).toBe('Wed, 21 Oct 2026 07:28:00 GMT');
    expect([quota.status, quota.body.error?.type, quota.body.error?.code]).toEqual([
      429,
      'insufficient_quota',
      'insufficient_quota',
    ]);
    expect([key401.status, key403.status]).toEqual([401, 403]);
    expect(simulator.ledger.charges()).toEqual([]);
    expect(simulator.ledger.requests()[0]).toMatchObject({ outcome: 'failed', status: 429 });
  });

  it('refuses as moderation does', async () => {
    simulator.faults.add({ kind: 'refuse' });
    const answer = await ask();
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'moderation_blocked', type: 'image_generation_user_error' });
    expect(simulator.ledger.requests()).toMatchObject([{ outcome: 'refused', charged: false }]);
  });

  it.each([true, false])('cuts the connection before the answer, charged: %s', async (charged) => {
    simulator.faults.add({ kind: 'cut_before_answer', charged });
    await expect(askRaw('[plain] fox')).rejects.toThrow('fetch failed');
    const [entry] = simulator.ledger.requests();
    expect(entry).toMatchObject({ outcome: 'cut', charged, images: charged ? 1 : 0 });
    expect(entry).not.toHaveProperty('clientGone');
    expect(entry).not.toHaveProperty('status');
  });

  it('cuts the body after so many bytes, charged', async () => {
    simulator.faults.add({ kind: 'cut_body', afterBytes: 3000 });
    const response = await askRaw('[plain] fox');
    expect(response.status).toBe(200);
    let received = 0;
    const reading = (async () => {
      for await (const chunk of response.body ?? []) received += chunk.length;
    })();
    await expect(reading).rejects.toThrow('terminated');
    expect(received).toBe(3000);
    expect(simulator.ledger.requests()).toMatchObject([{ outcome: 'cut', charged: true, images: 1 }]);
  });

  it('hangs until the client gives up', async () => {
    simulator.faults.add({ kind: 'hang' });
    await expect(askRaw('[plain] fox', whenAsked(1))).rejects.toThrow();
    await expect
      .poll(() => simulator.ledger.requests())
      .toMatchObject([{ outcome: 'hung', charged: false, clientGone: true }]);
  });

  it('is slow by so many seconds, and then succeeds', async () => {
    simulator.faults.add({ kind: 'slow', seconds: 0.3 });
    const before = performance.now();
    expect((await ask()).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(290);
  });

  it('sends an HTML page with status 200', async () => {
    simulator.faults.add({ kind: 'html_200' });
    const response = await askRaw('[plain] fox');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await response.text()).toContain('<html>');
  });

  it('sends JSON that ends too soon, with a length that fits', async () => {
    simulator.faults.add({ kind: 'truncated_json', afterBytes: 500 });
    const response = await askRaw('[plain] fox');
    expect(response.headers.get('content-length')).toBe('500');
    const text = await response.text();
    expect(text).toContain('"b64_json"');
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(simulator.ledger.charges()).toHaveLength(1);
  });

  it('sends no images, or bytes that are none', async () => {
    simulator.faults.add({ kind: 'empty_data' });
    simulator.faults.add({ kind: 'wrong_image' });
    expect((await ask()).body.data).toEqual([]);
    expect(imagesOf(await ask())[0]?.toString()).toContain('no image');
    expect(simulator.ledger.requests().map((entry) => entry.charged)).toEqual([false, true]);
  });
});

describe('markedFaults', () => {
  it.each([
    ['[fail:500]', 500, null],
    ['[fail:429]', 429, '2'],
    ['[fail:quota]', 429, null],
    ['[fail:refuse]', 400, null],
  ])('reads %s', async (marker, status, retryAfter) => {
    const answer = await ask(`fox ${marker}`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect((await ask(`fox ${marker}`)).status).toBe(status);
  });

  it('reads [fail:cut] and [fail:hang]', async () => {
    await expect(askRaw('fox [fail:cut]')).rejects.toThrow('fetch failed');
    await expect(askRaw('fox [fail:hang]', whenAsked(2))).rejects.toThrow();
    expect(simulator.ledger.requests().map((entry) => entry.outcome)).toEqual(['cut', 'hung']);
  });

  it('counts the requests with one prompt where a marker says how often', async () => {
    const prompt = '[plain] fox [fail:500x2] [fail:503x1]';
    const statuses: number[] = [];
    for (let round = 0; round < 4; round += 1) statuses.push((await ask(prompt)).status);
    expect(statuses).toEqual([500, 500, 503, 200]);
    expect((await ask(`${prompt} again`)).status).toBe(500);
  });

  it('is slow and fails in one request', async () => {
    const before = performance.now();
    expect((await ask('[slow:0.2] [fail:500]')).status).toBe(500);
    expect(performance.now() - before).toBeGreaterThan(190);
  });

  it('ignores what is no marker', async () => {
    expect((await ask('[plain] [fail:] [fail:maybe] [fail:constructor] [fail:99] fail:500')).status).toBe(200);
  });
});
