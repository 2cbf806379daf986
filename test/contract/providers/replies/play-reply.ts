import type { ServerResponse } from 'node:http';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { createProviders } from '../../../../lambda/providers/stage-providers.ts';
import { sentAsRole } from '../../../support/aws-signing.ts';
import { request } from '../../../unit/providers/openai/scripted-openai.ts';
import { carryOut } from '../carry-out.ts';
import { apiKey, memoryCall } from '../memory-call.ts';
import { type ScriptedProvider, startScriptedProvider } from '../scripted-provider.ts';
import { type Answer, picture, type Replier, type Reply } from './reply.ts';

/** Plays a reply to the real adapter, over real connections, and tells what the gateway makes of it. */
export async function outcomeOf(provider: string, replier: Replier, reply: Reply) {
  const server = await serve(reply);
  try {
    return await ask(server.baseUrl, provider, replier, reply.n ?? 1);
  } finally {
    await server.stop();
  }
}

async function ask(baseUrl: string, provider: string, { model, endpoint, credential }: Replier, n: number) {
  const { host, origin } = new URL(baseUrl);
  const call = memoryCall({ apiKey: credential?.(origin) ?? apiKey });
  const endpoints = { [provider]: { baseUrl, ...endpoint } };
  const adapter = async () =>
    (await createProviders(endpoints, sendRequest, { sendAsRole: sentAsRole(sendRequest) }))(provider);
  try {
    const { images, warnings, cost } = await carryOut(adapter, request({ model, n }), call, [host]);
    return {
      images: images.length,
      cost,
      warnings: warnings.map(({ code }) => code),
      revisedPrompt: images.find((image) => image.revisedPrompt)?.revisedPrompt,
      areWhole: images.every((each) => 'image' in each && call.saved.get(indexOf(each.image.key))?.equals(picture)),
    };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const { kind, billed, message, param } = error;
    return { kind, billed, message, param };
  }
}

const indexOf = (key: string): number => Number(/\d+/.exec(key)?.[0]);

/** A server with these answers one after another, a picture at every address that ends like one, and tokens for who asks. */
function serve(reply: Reply): Promise<ScriptedProvider> {
  const answers = 'answers' in reply ? reply.answers : [reply];
  let at = 0;
  return startScriptedProvider((response, { url, headers: { host } }) => {
    if (/\.(png|webp|jpe?g)(\?|$)/.test(url)) return response.end(picture);
    const answer = url === '/token' ? granted : answers[Math.min(at, answers.length - 1)];
    if (url !== '/token') at += 1;
    give(answer ?? granted, response, `http://${host}`);
  });
}

const granted: Answer = { body: { access_token: 'ya29.some-token', expires_in: 3599 } };

function give({ status = 200, headers = {}, body, isCut = false }: Answer, response: ServerResponse, origin: string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(text.replaceAll('ORIGIN', origin));
  const length = bytes.length + (isCut ? 1_000 : 0);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  if (isCut) response.write(bytes, () => response.destroy());
  else response.end(bytes);
}
