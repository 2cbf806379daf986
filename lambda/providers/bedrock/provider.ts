import type { Warning } from '../../domain/generation.ts';
import type { Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings, ProviderAnswer } from '../../domain/send-request.ts';
import { failureOfAnswer } from '../wire/failures/status-failure.ts';
import { keepText } from '../wire/keep-answer.ts';
import { splitJson } from '../wire/pictures/split-json.ts';
import { readErrorText } from '../wire/read-text.ts';
import { bedrockRequest, failureSaid, finishedOf, rawAnswer } from './wire.ts';

/** Room for one image of base64: the largest is an outpainting, which may have 50 megapixels. */
const maxAnswerBytes = 192 * 1024 * 1024;

/**
 * Stability's models on Amazon Bedrock, which answer on the open connection. `send` signs what it sends: there is no
 * key. Not by the client of the AWS SDK, which tries again by itself, each time for money, and holds an answer in
 * memory as a whole.
 */
export const createBedrock = ({ baseUrl, send }: AdapterSettings): ImageProvider => ({
  async start(request, call) {
    const { path, body, raw, warnings } = bedrockRequest(request, call.openImage);
    call.keepRawRequest(raw);
    const answer = await send({
      method: 'POST',
      url: `${baseUrl}${path}`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      signal: call.signal,
      maxAnswerBytes,
    });
    return answer.status === 200 ? finish(answer, warnings, call) : fail(answer, call);
  },
});

async function finish(answer: ProviderAnswer, warnings: readonly Warning[], call: ProviderCall): Promise<Finished> {
  const split = await splitJson(answer.body, {
    listFields: ['images'],
    take: (number, bytes) => call.saveImage(number, bytes),
  });
  call.keepRawResponse(() => rawAnswer(split.skeleton, split.taken));
  return finishedOf(split, warnings);
}

async function fail(answer: ProviderAnswer, call: ProviderCall): Promise<never> {
  const text = await readErrorText(answer.body);
  keepText(text, call, call.apiKey);
  throw failureOfAnswer(answer, failureSaid(answer, text), call.apiKey);
}
