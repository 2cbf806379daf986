import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { key } from './ask-vendor.ts';

let running: VendorSimulator;

beforeAll(async () => {
  running = await startVendorSimulator({ latencySeconds: 0 });
});
afterAll(() => running?.stop());

describe('startVendorSimulator', () => {
  it('delivers ten images of 4K in one answer', async () => {
    const response = await fetch(`${running.baseUrl('openai')}/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: 'gpt-image-2', prompt: '[noise]', n: 10, size: '3840x2160' }),
    });
    let received = 0;
    for await (const chunk of response.body ?? []) received += chunk.length;
    expect(received).toBeGreaterThan(300_000_000);
    expect(running.ledger.charges()).toMatchObject([{ images: 10, outcome: 'charged' }]);
  });
});
