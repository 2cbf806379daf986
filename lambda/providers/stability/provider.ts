import { ChunkSource } from '../../domain/bytes/chunk-source.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import type { Warning } from '../../domain/generation.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings, ProviderAnswer } from '../../domain/send-request.ts';
import { failureOfFinish } from '../formats/stability-finish.ts';
import { failureOfAnswer } from '../wire/failures/status-failure.ts';
import { textOf } from '../wire/json-fields.ts';
import { keepText } from '../wire/keep-answer.ts';
import { bodyKind } from '../wire/pictures/body-kind.ts';
import { splitJson } from '../wire/pictures/split-json.ts';
import { readErrorText } from '../wire/read-text.ts';
import { checkFinish, failureSaid, rawAnswer, stabilityRequest } from './wire.ts';

/** The largest result is an outpainting, which may have 50 megapixels. */
const maxAnswerBytes = 144 * 1024 * 1024;

/** Stability AI's own API, which answers on the open connection. https://platform.stability.ai/docs/api-reference */
export const createStability = ({ baseUrl, send }: AdapterSettings): ImageProvider => ({
  async start(request, call) {
    const { path, body, raw, warnings } = stabilityRequest(request, call.openImage);
    call.keepRawRequest(raw);
    const answer = await send({
      method: 'POST',
      url: `${baseUrl}${path}`,
      // The image itself is the answer, which goes straight on into the bucket.
      headers: { authorization: `Bearer ${call.apiKey}`, 'content-type': body.contentType, accept: 'image/*' },
      body,
      signal: call.signal,
      maxAnswerBytes,
    });
    return answer.status === 200 ? finish(answer, warnings, call) : fail(answer, call);
  },
});

async function finish(answer: ProviderAnswer, warnings: readonly Warning[], call: ProviderCall): Promise<Finished> {
  try {
    checkFinish(answer);
  } catch (error) {
    // The body isn't needed, but only a body that is being read can be cancelled, and its connection with it.
    await readErrorText(answer.body, 1);
    call.keepRawResponse(() => rawAnswer(answer, 0));
    throw error;
  }
  const source = new ChunkSource(answer.body);
  if ((await bodyKind(source)) === 'json') return finishJson(answer, source.rest(), warnings, call);
  const counted = countedBytes(source.rest());
  try {
    const image = await call.saveImage(0, counted.bytes);
    call.keepRawResponse(() => rawAnswer(answer, image.bytes));
    return { status: 'finished', images: [{ image }], warnings };
  } catch (error) {
    const isEmpty = counted.count() === 0 && error instanceof ProviderFailure && error.kind === 'malformed';
    if (!isEmpty) throw error;
    throw new ProviderFailure('malformed', 'The provider answered without an image.', {
      statusCode: 200,
      cause: error,
    });
  }
}

/** The service's answer to clients that accept JSON; its image is paid for just as well. */
async function finishJson(
  answer: ProviderAnswer,
  body: ByteStream,
  warnings: readonly Warning[],
  call: ProviderCall,
): Promise<Finished> {
  const { skeleton, taken } = await splitJson(body, {
    fields: ['image'],
    take: (number, bytes) => call.saveImage(number, bytes),
  });
  const [image] = taken;
  call.keepRawResponse(() => rawAnswer(answer, image?.bytes ?? 0));
  const withheld = failureOfFinish(textOf(skeleton, 'finish_reason'));
  if (withheld) throw withheld;
  if (image) return { status: 'finished', images: [{ image }], warnings };
  const said = { message: 'The provider answered without an image.', ...failureSaid(200, JSON.stringify(skeleton)) };
  throw failureOfAnswer(answer, said, call.apiKey);
}

function countedBytes(body: ByteStream): { readonly bytes: ByteStream; count(): number } {
  let count = 0;
  async function* passOn(): ByteStream {
    for await (const chunk of body) {
      count += chunk.length;
      yield chunk;
    }
  }
  return { bytes: passOn(), count: () => count };
}

async function fail(answer: ProviderAnswer, call: ProviderCall): Promise<never> {
  const text = await readErrorText(answer.body);
  keepText(text, call, call.apiKey);
  throw failureOfAnswer(answer, failureSaid(answer.status, text), call.apiKey);
}
