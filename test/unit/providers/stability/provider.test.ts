import { afterEach, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createStability } from '../../../../lambda/providers/stability/provider.ts';
import { type MemoryCall, memoryCall } from '../../../contract/providers/memory-call.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const started: ScriptedProvider[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

const picture = pngBytes(5_000);
const request: ImageRequest = {
  operation: 'generation',
  model: 'stable-image-core',
  prompt: 'a kite',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
};

async function start(bytes: Uint8Array, headers: Record<string, string>, call: MemoryCall = memoryCall()) {
  const server = await startScriptedProvider((response) =>
    response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(bytes),
  );
  started.push(server);
  return createStability({ baseUrl: server.baseUrl, send: sendRequest }).start(request, call);
}

describe('createStability', () => {
  it('asks for the bytes alone, and says what came with them', async () => {
    const call = memoryCall();
    const finished = await start(picture, { 'finish-reason': 'SUCCESS', seed: '42' }, call);
    expect(finished).toMatchObject({ status: 'finished', images: [{ image: { bytes: 5_000 } }], warnings: [] });
    expect(started[0]?.received[0]?.headers.accept).toBe('image/*');
    expect(call.rawResponses).toEqual([
      { image: '<5000 bytes of image>', finish_reason: 'SUCCESS', seed: '42', content_type: 'image/png' },
    ]);
  });

  it('does not take the blurred picture of a refusal for a result', async () => {
    const call = memoryCall();
    const refused = start(picture, { 'finish-reason': 'CONTENT_FILTERED' }, call);
    await expect(refused).rejects.toMatchObject({ kind: 'refused', statusCode: 200, billed: 'unknown' });
    expect(call.saved.size).toBe(0);
  });

  it('lets go of the connection of a refusal', async () => {
    const server = await startScriptedProvider((response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'finish-reason': 'CONTENT_FILTERED' });
      response.write(picture);
      response.once('close', () => closed.resolve());
    });
    const closed = Promise.withResolvers<void>();
    started.push(server);
    const asked = createStability({ baseUrl: server.baseUrl, send: sendRequest }).start(request, memoryCall());
    await expect(asked).rejects.toMatchObject({ kind: 'refused' });
    await closed.promise;
  });

  it('takes an empty success for an answer without an image', async () => {
    await expect(start(Buffer.alloc(0), {})).rejects.toMatchObject({ kind: 'malformed', statusCode: 200 });
  });
});
