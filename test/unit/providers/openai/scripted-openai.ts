import { afterEach } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createOpenAi } from '../../../../lambda/providers/openai/provider.ts';
import { type MemoryCall, memoryCall } from '../../../contract/providers/memory-call.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const started: ScriptedProvider[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

export const image = pngBytes(5_000);
export const answered = { created: 1, data: [{ b64_json: Buffer.from(image).toString('base64') }] };

/** A server that answers every request in the same way, and stops with the test. */
export async function scripted(
  answer: unknown = answered,
  status = 200,
  headers: Record<string, string> = {},
): Promise<ScriptedProvider> {
  const server = await startScriptedProvider((response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer)),
  );
  started.push(server);
  return server;
}

export const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  operation: 'generation',
  model: 'gpt-image-2',
  prompt: 'a "quoted" kite\nin the wind ✓',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
  ...changes,
});

export const start = (server: ScriptedProvider, asked: ImageRequest, call: MemoryCall = memoryCall()) =>
  createOpenAi({ baseUrl: server.baseUrl, send: sendRequest }).start(asked, call);

export async function failureFrom(answer: unknown, status: number): Promise<ProviderFailure> {
  const error = await start(await scripted(answer, status), request()).catch((thrown: unknown) => thrown);
  if (error instanceof ProviderFailure) return error;
  throw new Error('The request did not fail.');
}
