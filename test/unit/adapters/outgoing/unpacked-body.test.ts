import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../../contract/providers/scripted-provider.ts';

let server: ScriptedProvider;
afterEach(() => server.stop());

async function answered(respond: (response: ServerResponse) => void, maxAnswerBytes = 1_000_000): Promise<Buffer> {
  server = await startScriptedProvider(respond);
  const signal = AbortSignal.timeout(60_000);
  const { body } = await sendRequest({ method: 'GET', url: server.baseUrl, headers: {}, signal, maxAnswerBytes });
  return buffer(body);
}

const packedAs = (coding: string, bytes: Buffer) => (response: ServerResponse) => {
  response.setHeader('content-encoding', coding);
  response.end(bytes);
};
const text = Buffer.from('a kite '.repeat(1000));

describe('unpackedBody', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['X-GZip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', text],
    ['constructor', text],
    // Said, and not done.
    ['gzip', text],
  ])('gives what was packed as %s', async (coding, bytes) => {
    expect(await answered(packedAs(coding, bytes))).toEqual(text);
  });

  it('is bounded by what it unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    await expect(answered(packedAs('gzip', bomb))).rejects.toMatchObject({ kind: 'malformed' });
  });

  it('is an unknown outcome where the packing is cut', async () => {
    const cut = packedAs('gzip', gzipSync(text).subarray(0, 40));
    await expect(answered(cut)).rejects.toMatchObject({ kind: 'unknown_outcome' });
  });

  it('fails where the connection does', async () => {
    const cut = (response: ServerResponse) => {
      response.setHeader('content-encoding', 'gzip');
      response.write(gzipSync(text).subarray(0, 30));
      setImmediate(() => response.destroy());
    };
    await expect(answered(cut)).rejects.toMatchObject({ kind: 'unknown_outcome' });
  });
});
