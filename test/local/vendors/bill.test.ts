import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { askJson } from './ask-vendor.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  const vendors = [
    { name: 'openai', wire: 'openai' },
    { name: 'xai', wire: 'xai' },
    { name: 'own', wire: 'openai-classic', models: ['house-model'] },
  ];
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors });
});
beforeEach(() => {
  simulator.ledger.clear();
  simulator.faults.clear();
});
afterAll(() => simulator.stop());

const fox = { model: 'gpt-image-2', prompt: '[plain] fox', quality: 'low', size: '1024x1024' };

describe('the bill of the vendors', () => {
  it('is in the ledger, for each request and in all', async () => {
    await askJson(simulator, 'generations', { ...fox, n: 2 });
    const grok = { model: 'grok-imagine-image-2.0', prompt: '[plain] fox', quality: 'low', n: 3 };
    await askJson(simulator, 'generations', grok, 'xai');
    expect(simulator.ledger.requests().map(({ micros }) => micros)).toEqual([2 * 196 * 30 + 3 * 5, 120_000]);
    expect(simulator.ledger.bill()).toBe(131_775);
    expect(simulator.ledger.bill({ vendor: 'xai' })).toBe(120_000);
    const shown = await fetch(`${simulator.origin}/_simulator/ledger?vendor=openai`);
    expect(await shown.json()).toMatchObject({ micros: 11_775, requests: [{ micros: 11_775 }] });
  });

  it('is what the tokens of the answer come to', async () => {
    const { body } = await askJson(simulator, 'generations', { ...fox, quality: 'medium', size: '1536x1024' });
    const usage = body.usage as { output_tokens: number; input_tokens: number };
    expect(simulator.ledger.bill()).toBe(usage.output_tokens * 30 + usage.input_tokens * 5);
  });

  it('has what was made for a client who never got it, and nothing of what failed', async () => {
    simulator.faults.add({ kind: 'status', status: 500 });
    await askJson(simulator, 'generations', fox);
    expect(simulator.ledger.bill()).toBe(0);
    simulator.faults.add({ kind: 'cut_before_answer' });
    await askJson(simulator, 'generations', fox).catch(() => undefined);
    expect(simulator.ledger.bill()).toBe(5_895);
  });

  it('has a refusal where the vendor charges for it', async () => {
    simulator.faults.add({ kind: 'refuse', times: 2 });
    await askJson(simulator, 'generations', fox);
    expect(simulator.ledger.bill()).toBe(0);
    await askJson(simulator, 'generations', { model: 'grok-imagine-image', prompt: 'fox' }, 'xai');
    expect(simulator.ledger.requests({ vendor: 'xai' })).toMatchObject([{ outcome: 'refused', micros: 20_000 }]);
  });

  it('has no figure for a model without a price', async () => {
    await askJson(simulator, 'generations', { model: 'house-model', prompt: '[plain] fox' }, 'own');
    expect(simulator.ledger.charges()).toHaveLength(1);
    expect(simulator.ledger.charges()[0]).not.toHaveProperty('micros');
  });
});
