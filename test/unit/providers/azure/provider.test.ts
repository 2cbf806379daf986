import { describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createAzure } from '../../../../lambda/providers/azure/provider.ts';
import { apiKey, inputImage, memoryCall } from '../../../contract/providers/memory-call.ts';
import type { ScriptedProvider } from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { request, scripted } from '../openai/scripted-openai.ts';

const photo = pngBytes(2_000);

const ask = (server: ScriptedProvider, asked: Partial<ImageRequest> = {}) =>
  createAzure({ baseUrl: server.baseUrl, send: sendRequest }).start(
    request({ model: 'images-east', ...asked }),
    memoryCall({ inputs: new Map([['a', photo]]) }),
  );

async function failure(answer: unknown, status: number): Promise<ProviderFailure> {
  const error = await ask(await scripted(answer, status)).catch((thrown: unknown) => thrown);
  if (error instanceof ProviderFailure) return error;
  throw new Error('The request did not fail.');
}

const filtered = { created: 1, error: { code: 'contentFilter', message: 'Generated image was filtered.' } };

describe('createAzure', () => {
  it("asks at the deployment's own address, with the key in Azure's header alone", async () => {
    const server = await scripted();
    await ask(server, { size: { width: 1536, height: 1024 }, parameters: { quality: 'high' } });
    const [received] = server.received;
    expect(received?.url).toBe('/v1/deployments/images-east/images/generations?api-version=2025-04-01-preview');
    expect(received?.headers).toMatchObject({ 'api-key': apiKey });
    expect(received?.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(received?.body.toString() ?? '')).toEqual({
      model: 'images-east',
      prompt: request().prompt,
      n: 1,
      size: '1536x1024',
      quality: 'high',
    });
  });

  it('sends an edit as a form', async () => {
    const server = await scripted();
    await ask(server, { operation: 'edit', images: [inputImage('a', photo)] });
    expect(server.received[0]?.url).toBe('/v1/deployments/images-east/images/edits?api-version=2025-04-01-preview');
    expect(server.received[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(server.received[0]?.body.toString('latin1')).toContain('name="image[]"; filename="image-1.png"');
  });

  it.each([
    [400, filtered, 'refused'],
    [200, filtered, 'refused'],
    [401, { error: { code: '401', message: 'Access denied.' } }, 'auth'],
    [404, { error: { code: 'DeploymentNotFound', message: 'No such deployment.' } }, 'unsupported'],
    [429, { error: { code: '429', message: 'Exceeded call rate limit.' } }, 'rate_limited'],
    [200, { created: 1, error: { code: 'InternalError', message: 'Oh.' } }, 'malformed'],
  ])('takes a %i with %j for %s', async (status, body, kind) => {
    expect(await failure(body, status)).toMatchObject({ kind, statusCode: status });
  });
});
