import { expect } from 'vitest';
import type { Billed, FailureKind } from '../../../../lambda/domain/failure.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { Failed, Finished, Waiting } from '../../../../lambda/domain/provider.ts';
import type { SendRequest } from '../../../../lambda/providers/shared/send-request.ts';
import { createProviders } from '../../../../lambda/providers/stage-providers.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { kept } from '../carry-out.ts';
import { apiKey, memoryCall } from '../memory-call.ts';

/** One answer of a provider's; `{picture}` in its body stands for an image in base64. */
export interface ReplyAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes go out as they are, all else as JSON. */
  readonly body: unknown;
}

/** A shape in which a provider answers, in a body of our own making: seen in public, or near to what was. */
export interface Reply {
  readonly name: string;
  /** Where the shape was seen; `not seen …` where it is a neighbour of such a one. */
  readonly source: string;
  /** In the order of the requests; the last one goes on being given. */
  readonly answers: readonly ReplyAnswer[];
  /** How many images are asked for. @default 1 */
  readonly asked?: number;
  readonly becomes:
    | { readonly images: number; readonly warnings?: readonly string[] }
    | {
        readonly kind: FailureKind;
        readonly billed: Billed;
        /** What the message must say of it. */
        readonly message?: string;
        readonly param?: string;
      };
}

/** Whose replies they are. */
export interface Replier {
  readonly provider: string;
  readonly model: string;
  readonly baseUrl: string;
  /** The stage's other settings for the provider. @default none */
  readonly endpoint?: Readonly<Record<string, string>>;
  readonly key?: string;
}

const picture = Buffer.from(pngBytes(600)).toString('base64');

/** Plays the reply to the real adapter, and holds it to what must come of it. */
export async function expectReply(replier: Replier, reply: Reply): Promise<void> {
  const outcome = await outcomeOf(replier, reply).catch((error: unknown) => {
    if (error instanceof ProviderFailure) return error;
    throw error;
  });
  const { becomes } = reply;
  if ('images' in becomes) {
    expect(outcome).toMatchObject({ status: 'finished' });
    const { images, warnings } = outcome as Finished;
    expect({ images: images.length, warnings: warnings.map(({ code }) => code) }).toEqual({ warnings: [], ...becomes });
    return;
  }
  const { message = '', ...rest } = becomes;
  expect(outcome).toMatchObject({ ...rest, message: expect.stringContaining(message) });
}

async function outcomeOf(replier: Replier, { answers, asked = 1 }: Reply): Promise<Finished | ProviderFailure> {
  const { provider, model, baseUrl, endpoint = {}, key = apiKey } = replier;
  const named = await createProviders({ [provider]: { baseUrl, ...endpoint } }, sendOf(answers));
  const adapter = named(provider);
  const call = memoryCall({ apiKey: key });
  const request = { operation: 'generation', model, prompt: 'a kite', n: asked, parameters: {}, extra: {}, images: [] };
  let outcome: Finished | Waiting | Failed = await adapter.start({ ...request, operation: 'generation' }, call);
  for (let looks = 0; outcome.status === 'waiting'; looks += 1) {
    if (!adapter.resume || looks > 10) throw new Error('The work came to no end.');
    outcome = await adapter.resume(kept(outcome.ticket), call);
  }
  return outcome.status === 'failed' ? outcome.failure : outcome;
}

const isForToken = (url: string): boolean => url === 'https://oauth2.googleapis.com/token';

function sendOf(answers: readonly ReplyAnswer[]): SendRequest {
  let at = 0;
  return async ({ url }) => {
    const answer = isForToken(url) ? granted : answers[Math.min(at, answers.length - 1)];
    if (!isForToken(url)) at += 1;
    const { status = 200, headers = {}, body } = answer ?? granted;
    return { status, headers, body: streamOf(body) };
  };
}

const granted: ReplyAnswer = { body: { access_token: 'ya29.some-token', expires_in: 3599 } };

async function* streamOf(body: unknown): AsyncGenerator<Uint8Array> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  yield body instanceof Uint8Array ? body : Buffer.from(text.replaceAll('{picture}', picture));
}
