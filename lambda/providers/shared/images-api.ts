import type { ImageRequest } from '../../domain/generation.ts';
import type { Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import { finishedOf, imageFields, rawAnswer } from './images-api-answer.ts';
import { failureSaid } from './images-api-failure.ts';
import { type ImagesApiProfile, imagesApiRequest } from './images-api-request.ts';
import { keepText } from './keep-answer.ts';
import { readErrorText } from './read-text.ts';
import type { ProviderAnswer, ProviderSettings } from './send-request.ts';
import { splitJson } from './split-json.ts';
import { failureOfAnswer } from './status-failure.ts';

/**
 * Room for one image in base64: the largest size has 8.3 million pixels, which even as noise with transparency make a
 * png of no more than 34 MB.
 */
const mostCharactersPerImage = 64 * 1024 * 1024;
const mostOtherBytes = 1024 * 1024;

/**
 * A server that speaks OpenAI's images API, which answers on the open connection: OpenAI itself, or one made like it.
 * https://platform.openai.com/docs/api-reference/images
 */
export const createImagesApi = ({ baseUrl, send }: ProviderSettings, profile: ImagesApiProfile): ImageProvider => ({
  async start(request, call) {
    const { path, contentType, body, raw, warnings } = imagesApiRequest(profile, request, call.openImage);
    call.keepRawRequest(raw);
    const { credential = bearer } = profile;
    const answer = await send({
      method: 'POST',
      // Always below the configured address: the credential goes nowhere else, and redirects aren't followed.
      url: `${baseUrl}${path}`,
      headers: { ...credential(call.apiKey), 'content-type': contentType, accept: 'application/json' },
      body,
      signal: call.signal,
      mostAnswerBytes: mostOtherBytes + request.n * mostCharactersPerImage,
    });
    if (answer.status !== 200) return fail(answer, call, profile);
    const finished = await finish(answer, request, call, profile);
    return { ...finished, warnings: [...warnings, ...finished.warnings] };
  },
});

const bearer = (apiKey: string) => ({ authorization: `Bearer ${apiKey}` });

async function finish(
  answer: ProviderAnswer,
  request: ImageRequest,
  call: ProviderCall,
  profile: ImagesApiProfile,
): Promise<Finished> {
  const { skeleton, taken } = await splitJson(answer.body, {
    fields: imageFields,
    take: (number, bytes) => call.saveImage(number, bytes),
    mostSkeletonBytes: mostOtherBytes,
  });
  call.keepRawResponse(() => rawAnswer(skeleton, taken));
  return finishedOf(skeleton, taken, { asked: request.n, isRefused: profile.isRefused });
}

async function fail(answer: ProviderAnswer, call: ProviderCall, profile: ImagesApiProfile): Promise<never> {
  const text = await readErrorText(answer.body);
  keepText(text, call, call.apiKey);
  const said = profile.failureSaid?.(answer.status, text) ?? failureSaid(answer.status, text, profile.kindOfMessage);
  throw failureOfAnswer(answer, said, call.apiKey);
}
