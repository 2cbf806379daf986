import { ChunkSource } from '../../domain/bytes/chunk-source.ts';
import type { ImageRequest, Warning } from '../../domain/generation.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings, ProviderAnswer } from '../../domain/send-request.ts';
import { failureOfAnswer, type SaidOfFailure } from '../wire/failures/status-failure.ts';
import { keepText } from '../wire/keep-answer.ts';
import { missingImages } from '../wire/pictures/answer-images.ts';
import { bodyKind } from '../wire/pictures/body-kind.ts';
import { maxOtherBytes, splitPictures } from '../wire/pictures/split-pictures.ts';
import { readErrorText } from '../wire/read-text.ts';
import { readImageStream } from './image-stream.ts';
import { finishedOf } from './images-api-answer.ts';
import { failureInStream, failureSaid } from './images-api-failure.ts';
import { type ImagesApiProfile, imagesApiRequest } from './images-api-request.ts';
import { maxPartialImages } from './partial-images.ts';

/**
 * Room for one image in base64: the largest size has 8.3 million pixels, which even as noise with transparency make a
 * png of no more than 34 MB.
 */
const maxCharactersPerImage = 64 * 1024 * 1024;

/**
 * A server with OpenAI's images API, which answers synchronously: OpenAI itself, or a compatible one.
 * https://platform.openai.com/docs/api-reference/images
 */
export const createImagesApi = ({ baseUrl, send }: AdapterSettings, profile: ImagesApiProfile): ImageProvider => ({
  async start(request, call) {
    const partialImages = partialImagesOf(request, call);
    const worded = imagesApiRequest(profile, request, call, partialImages);
    call.keepRawRequest(worded.raw);
    const { credential = bearer } = profile;
    const url = `${baseUrl}${worded.path}`;
    const answer = await send({
      method: 'POST',
      // Always below the configured address: the credential goes nowhere else, and redirects aren't followed.
      url,
      // Streaming is requested in the body alone: OpenAI's own SDKs accept JSON for streams as well.
      headers: { ...credential(call.apiKey), 'content-type': worded.contentType, accept: 'application/json' },
      body: worded.body,
      signal: call.signal,
      maxAnswerBytes: maxOtherBytes + (request.n + partialImages) * maxCharactersPerImage,
    });
    if (answer.status < 200 || answer.status > 299) return fail(answer, call, profile);
    const source = new ChunkSource(answer.body);
    const kind = await bodyKind(source);
    // A proxy may answer a streaming request with JSON, any other request with a stream, or either with the image
    // itself.
    if (kind === 'picture') return finishPicture(source, request, call, worded.warnings);
    const isStream = kind === 'events' || (kind === 'text' && partialImages > 0);
    const finished = isStream
      ? await finishStream(answer, source, call, profile, url)
      : await finish(source.rest(), request, call, profile, url);
    return { ...finished, warnings: [...worded.warnings, ...finished.warnings] };
  },
});

const bearer = (apiKey: string) => ({ authorization: `Bearer ${apiKey}` });

/**
 * The number of partial images to request. Without any there is nothing to stream, and OpenAI has rejected such
 * streams: "Streaming must have non-zero partial images" (github.com/QuantumNous/new-api/issues/1234).
 */
const partialImagesOf = ({ showsPartials }: ImageRequest, { partials }: ProviderCall): number =>
  showsPartials && partials ? Math.min(partials.count, maxPartialImages) : 0;

/** The whole answer is the picture. */
async function finishPicture(
  source: ChunkSource,
  request: ImageRequest,
  call: ProviderCall,
  warnings: readonly Warning[],
): Promise<Finished> {
  const image = await call.saveImage(0, source.rest());
  call.keepRawResponse(() => `<${image.bytes} bytes of image>`);
  return { status: 'finished', images: [{ image }], warnings: [...warnings, ...missingImages(1, request.n)] };
}

async function finish(
  body: ByteStream,
  request: ImageRequest,
  call: ProviderCall,
  profile: ImagesApiProfile,
  url: string,
): Promise<Finished> {
  const { skeleton, taken, unread } = await splitPictures(body, call);
  return finishedOf(skeleton, taken, {
    asked: request.n,
    isRefused: profile.isRefused,
    costIn: profile.costIn,
    url,
    unread,
    secrets: call.apiKey,
  });
}

/** An event has one image where an answer has a list. It is undocumented whether images before an error are charged. */
async function finishStream(
  answer: ProviderAnswer,
  source: ChunkSource,
  call: ProviderCall,
  profile: ImagesApiProfile,
  url: string,
): Promise<Finished> {
  const { said, isError, saved, hadPartials, shown } = await readImageStream(source, call);
  if (isError) {
    keepText(JSON.stringify(shown), call, call.apiKey);
    const failure = failureInStream(said, (status, text) => saidBy(profile, status, text));
    throw failureOfAnswer(answer, hadPartials ? afterPartials(failure) : failure, call.apiKey);
  }
  call.keepRawResponse(() => shown);
  return finishedOf({ ...said, data: [said] }, saved, {
    asked: 1,
    isRefused: profile.isRefused,
    costIn: profile.costIn,
    url,
    secrets: call.apiKey,
  });
}

/** Work that had begun may have been charged: it is no longer retried like a request that the server never accepted. */
const afterPartials = (failure: SaidOfFailure): SaidOfFailure => ({
  ...failure,
  ...(failure.kind === 'overloaded' || failure.kind === 'rate_limited' ? { kind: 'unknown_outcome' } : {}),
  billed: 'unknown',
});

async function fail(answer: ProviderAnswer, call: ProviderCall, profile: ImagesApiProfile): Promise<never> {
  const text = await readErrorText(answer.body);
  keepText(text, call, call.apiKey);
  throw failureOfAnswer(answer, saidBy(profile, answer.status, text), call.apiKey);
}

const saidBy = (profile: ImagesApiProfile, status: number, text: string): SaidOfFailure =>
  profile.failureSaid?.(status, text) ?? failureSaid(status, text, profile.kindOfMessage);
