import type { ImageRequest } from '../../domain/generation.ts';
import type { Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import { withoutSecrets } from '../shared/clean-message.ts';
import { parseJson } from '../shared/json-fields.ts';
import { readErrorText } from '../shared/read-text.ts';
import type { ProviderAnswer, ProviderSettings } from '../shared/send-request.ts';
import { splitJson } from '../shared/split-json.ts';
import { failureOfAnswer } from '../shared/status-failure.ts';
import { finishedOf, imageFields, rawAnswer } from './answer.ts';
import { failureSaid } from './failure.ts';
import { geminiRequest } from './wire.ts';

/** Room for the picture and a few in the model's thoughts, each in base64 and of up to 4K. */
const mostAnswerBytes = 256 * 1024 * 1024;
/** Signatures of thoughts stand beside the pictures, and may be long. */
const mostOtherBytes = 16 * 1024 * 1024;

/** Google's Gemini API, which answers on the open connection. https://ai.google.dev/gemini-api/docs/image-generation */
export const createGemini = ({ baseUrl, send }: ProviderSettings): ImageProvider => ({
  async start(request, call) {
    const { path, body, raw } = geminiRequest(request, call.openImage);
    call.keepRawRequest(raw);
    const answer = await send({
      method: 'POST',
      url: `${baseUrl}${path}`,
      headers: { 'x-goog-api-key': call.apiKey, 'content-type': 'application/json', accept: 'application/json' },
      body,
      signal: call.signal,
      mostAnswerBytes,
    });
    return answer.status === 200 ? finish(answer, request, call) : fail(answer, call);
  },
});

/** Whether a picture is a thought is said behind its data, so each is saved under its number and only results are named. */
async function finish(answer: ProviderAnswer, request: ImageRequest, call: ProviderCall): Promise<Finished> {
  const { skeleton, taken } = await splitJson(answer.body, {
    fields: imageFields,
    take: (number, bytes) => call.saveImage(number, bytes),
    mostSkeletonBytes: mostOtherBytes,
  });
  call.keepRawResponse(rawAnswer(skeleton, taken));
  return finishedOf(skeleton, taken, request.n, call.apiKey);
}

async function fail(answer: ProviderAnswer, call: ProviderCall): Promise<never> {
  const text = await readErrorText(answer.body);
  const shown = withoutSecrets(text, call.apiKey);
  call.keepRawResponse(parseJson(shown) ?? shown);
  throw failureOfAnswer(answer, failureSaid(text), call.apiKey);
}
