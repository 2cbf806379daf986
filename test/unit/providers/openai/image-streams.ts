import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import type { Finished } from '../../../../lambda/domain/provider.ts';
import type { SendRequest } from '../../../../lambda/domain/send-request.ts';
import { createOpenAi } from '../../../../lambda/providers/openai/provider.ts';
import { type MemoryCall, memoryCall } from '../../../contract/providers/memory-call.ts';
import { inPieces } from '../wire/pictures/split-text.ts';
import { image, request } from './scripted-openai.ts';

export const base64 = Buffer.from(image).toString('base64');
export const partial = (index = 0, changes: object = {}) => ({
  type: 'image_generation.partial_image',
  b64_json: base64,
  partial_image_index: index,
  size: '1024x1024',
  ...changes,
});
export const completed = (changes: object = {}) => ({
  type: 'image_generation.completed',
  b64_json: base64,
  usage: { input_tokens: 5, output_tokens: 7, total_tokens: 12 },
  quality: 'low',
  ...changes,
});

/** Events as OpenAI writes them. */
export const written = (...events: readonly { readonly type?: string }[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

/** A server whose answer to anything is that body, in those pieces. */
export const answering =
  (body: AsyncIterable<Uint8Array>): SendRequest =>
  async () => ({ status: 200, headers: {}, body });

export interface Told {
  readonly finished: Finished;
  readonly call: MemoryCall;
}

/** What comes of a stream that somebody watches. */
export async function told(
  text: string,
  changes: Partial<ImageRequest> = {},
  { partials = 3, lengths = [1000] }: { partials?: number; lengths?: readonly number[] } = {},
): Promise<Told> {
  const call = memoryCall({ partials });
  return { finished: await tell(answering(inPieces(text, lengths)), call, changes), call };
}

export async function tell(
  send: SendRequest,
  call: MemoryCall,
  changes: Partial<ImageRequest> = {},
): Promise<Finished> {
  const provider = createOpenAi({ baseUrl: 'http://127.0.0.1:9', send });
  const outcome = await provider.start(request({ showsPartials: true, ...changes }), call);
  if (outcome.status !== 'finished') throw new Error('OpenAI gives no tickets.');
  return outcome;
}
