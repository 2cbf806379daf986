import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { SendRequest } from '../../../../lambda/domain/send-request.ts';
import { createReplicate } from '../../../../lambda/providers/replicate/provider.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../../local/vendors/simulator.ts';
import { inputImage, memoryCall, sha256 } from '../../../contract/providers/memory-call.ts';
import { noisePng } from '../../../support/sample-files.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [{ name: 'replicate', wire: 'replicate' }] });
});
beforeEach(() => simulator.ledger.clear());
afterAll(() => simulator.stop());

async function edit(sizes: readonly number[], send: SendRequest = sendRequest) {
  const images = await Promise.all(sizes.map((bytes) => noisePng(bytes)));
  const inputs = new Map(images.map((bytes, index) => [`image-${index}`, bytes] as const));
  const call = memoryCall({ inputs });
  const adapter = createReplicate({ baseUrl: simulator.baseUrl('replicate'), send });
  const request = {
    operation: 'edit',
    model: 'black-forest-labs/flux-2-pro',
    prompt: 'a colder morning',
    n: 1,
    parameters: {},
    extra: {},
    images: [...inputs].map(([key, bytes]) => inputImage(key, bytes)),
  } as const;
  return { images, call, started: adapter.start(request, call) };
}

const operations = () => simulator.ledger.requests().map(({ operation }) => operation);

describe('the input images of a prediction', () => {
  it('go along in it while they are small', async () => {
    const { images, started } = await edit([90_000, 90_000]);
    await started;
    expect(operations()).toEqual(['task']);
    expect(simulator.ledger.charges()[0]?.files.map((file) => file.sha256)).toEqual(images.map(sha256));
  });

  it('are uploaded before it where they are large, and named in it by their addresses', async () => {
    const { images, call, started } = await edit([1_500_000, 60_000]);
    await started;
    expect(operations()).toEqual(['upload', 'upload', 'task']);
    const [task] = simulator.ledger.charges();
    expect(task?.files.map((file) => file.sha256)).toEqual(images.map(sha256));
    const address = expect.stringContaining(`${simulator.baseUrl('replicate')}/files/`);
    expect(task?.parameters).toMatchObject({ input: { input_images: [address, address] } });
    expect(JSON.stringify(call.rawRequests)).toContain('an upload: <');
  });

  it.each([
    ['is cut', () => Promise.reject(new ProviderFailure('unknown_outcome', 'The connection was cut.'))],
    ['has no address', async () => ({ status: 201, headers: {}, body: (async function* () {})() })],
    ['is late', async () => ({ status: 504, headers: {}, body: (async function* () {})() })],
  ] as const)('cost nothing where an upload %s, and are tried again', async (_how, answer) => {
    const send: SendRequest = (request) => (request.url.endsWith('/files') ? answer() : sendRequest(request));
    const { started } = await edit([300_000], send);
    await expect(started).rejects.toMatchObject({ kind: 'overloaded', billed: 'no' });
    expect(simulator.ledger.charges()).toEqual([]);
  });

  it('are refused as the provider refuses them', async () => {
    const send: SendRequest = (request) =>
      request.url.endsWith('/files')
        ? Promise.resolve({ status: 401, headers: {}, body: (async function* () {})() })
        : sendRequest(request);
    await expect((await edit([300_000], send)).started).rejects.toMatchObject({ kind: 'auth', billed: 'no' });
  });
});
