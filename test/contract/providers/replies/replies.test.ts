import { afterEach, describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ImageProvider } from '../../../../lambda/domain/provider.ts';
import { createCompatible } from '../../../../lambda/providers/compatible/provider.ts';
import { type AdapterFactory, adapters } from '../../../../lambda/providers/registry.ts';
import { sendRequest } from '../../../../lambda/providers/shared/http-client.ts';
import { request } from '../../../unit/providers/openai/scripted-openai.ts';
import { carryOut } from '../carry-out.ts';
import { memoryCall } from '../memory-call.ts';
import { type ScriptedProvider, startScriptedProvider } from '../scripted-provider.ts';
import { azureReplies } from './azure/replies.ts';
import { bedrockReplies } from './bedrock/replies.ts';
import { compatibleReplies } from './compatible/replies.ts';
import { openAiReplies } from './openai/replies.ts';
import { picture, type Reply } from './reply.ts';
import { togetherReplies } from './together/replies.ts';
import { xaiReplies } from './xai/replies.ts';

const everyReply = {
  openai: { replies: openAiReplies, model: 'gpt-image-2' },
  azure: { replies: azureReplies, model: 'my-deployment' },
  compatible: { replies: compatibleReplies, model: 'studio-1' },
  xai: { replies: xaiReplies, model: 'grok-imagine-image-2.0' },
  together: { replies: togetherReplies, model: 'black-forest-labs/FLUX.2-pro' },
  bedrock: { replies: bedrockReplies, model: 'stability.stable-image-core-v1:1' },
} as const;

let server: ScriptedProvider | undefined;
afterEach(async () => server?.stop());

/** A server with this reply to what is posted, and a picture at every address. */
async function serve({ status = 200, headers = {}, body }: Reply): Promise<ScriptedProvider> {
  const started = await startScriptedProvider((response, { method, headers: { host } }) => {
    if (method === 'GET') return response.end(picture);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    return response.end(text.replaceAll('ORIGIN', `http://${host}`));
  });
  server = started;
  return started;
}

async function adapterOf(name: keyof typeof everyReply, baseUrl: string): Promise<ImageProvider> {
  if (name === 'compatible') return createCompatible({ baseUrl, models: [{ model: 'studio-1' }] }, sendRequest);
  const create: AdapterFactory = await adapters[name]();
  return create({ baseUrl, send: sendRequest }, { baseUrl });
}

async function outcomeOf(name: keyof typeof everyReply, reply: Reply) {
  const { baseUrl } = await serve(reply);
  const call = memoryCall();
  const asked = request({ model: everyReply[name].model, n: reply.n ?? 1 });
  try {
    const done = await carryOut(() => adapterOf(name, baseUrl), asked, call, [new URL(baseUrl).host]);
    const revisedPrompt = done.images.find((image) => image.revisedPrompt)?.revisedPrompt;
    const warnings = done.warnings.map(({ code }) => code);
    const bytes = [...call.saved.values()];
    return {
      images: done.images.length,
      warnings,
      revisedPrompt,
      areWhole: bytes.every((each) => each.equals(picture)),
    };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const { kind, billed, message, param } = error;
    return { kind, billed, message, param };
  }
}

for (const [name, { replies }] of Object.entries(everyReply)) {
  describe(`the replies of ${name}`, () => {
    it('are ten at least', () => {
      expect(replies.length).toBeGreaterThanOrEqual(10);
    });

    it.each(replies.map((reply) => [reply.name, reply] as const))('%s', async (_name, reply) => {
      const due = 'images' in reply.becomes ? { warnings: [], areWhole: true, ...reply.becomes } : reply.becomes;
      expect(await outcomeOf(name as keyof typeof everyReply, reply)).toMatchObject(due);
    });
  });
}
