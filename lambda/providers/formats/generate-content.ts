import type { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest } from '../../domain/generation.ts';
import type { Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings, ProviderAnswer } from '../../domain/send-request.ts';
import type { Secrets } from '../wire/failures/clean-message.ts';
import { failureOfAnswer } from '../wire/failures/status-failure.ts';
import { keepText } from '../wire/keep-answer.ts';
import { splitJson } from '../wire/pictures/split-json.ts';
import { readErrorText } from '../wire/read-text.ts';
import { finishedOf, imageFields, rawAnswer } from './generate-content-answer.ts';
import { type GenerateContentProfile, generateContentRequest } from './generate-content-request.ts';
import { failureSaid } from './google-failure.ts';

/** Room for the picture and a few in the model's thoughts, each in base64 and of up to 4K. */
const maxAnswerBytes = 256 * 1024 * 1024;
/** Thought signatures come with the images, and may be long. */
const maxOtherBytes = 16 * 1024 * 1024;

/** What lets a request in. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** What no message, and nothing that is shown of an answer, may repeat. */
  readonly secrets: Secrets;
  /**
   * Called on a 401; returns the failure to report.
   * @default - the failure as it is
   */
  readonly refused?: (failure: ProviderFailure) => ProviderFailure;
}

/**
 * Gets a request's authorization before it is sent. An error that it throws is the attempt's failure: nothing has been
 * sent by then, so nothing was charged.
 */
export type Authorize = (call: ProviderCall) => Authorization | Promise<Authorization>;

/** A service with Gemini's `generateContent` API, which answers synchronously. */
export const createGenerateContent = (
  { baseUrl, send }: AdapterSettings,
  profile: GenerateContentProfile,
  authorize: Authorize,
): ImageProvider => ({
  async start(request, call) {
    const { path, body, raw } = generateContentRequest(profile, request, call.openImage);
    call.keepRawRequest(raw);
    const authorization = await authorize(call);
    const answer = await send({
      method: 'POST',
      url: `${baseUrl}${path}`,
      headers: { ...authorization.headers, 'content-type': 'application/json', accept: 'application/json' },
      body,
      signal: call.signal,
      maxAnswerBytes,
    });
    return answer.status === 200
      ? finish(answer, request, call, authorization.secrets)
      : fail(answer, call, authorization);
  },
});

/**
 * The flag that an image is a thought comes after its data, so each is stored under its number and only results are
 * named.
 */
async function finish(
  answer: ProviderAnswer,
  request: ImageRequest,
  call: ProviderCall,
  secrets: Secrets,
): Promise<Finished> {
  const { skeleton, taken } = await splitJson(answer.body, {
    fields: imageFields,
    take: (number, bytes) => call.saveImage(number, bytes),
    maxSkeletonBytes: maxOtherBytes,
  });
  call.keepRawResponse(() => rawAnswer(skeleton, taken));
  return finishedOf(skeleton, taken, request.n, secrets);
}

async function fail(answer: ProviderAnswer, call: ProviderCall, authorization: Authorization): Promise<never> {
  const { secrets, refused } = authorization;
  const text = await readErrorText(answer.body);
  keepText(text, call, secrets);
  const failure = failureOfAnswer(answer, failureSaid(text), secrets);
  throw answer.status === 401 && refused ? refused(failure) : failure;
}
