import type { Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings, ProviderAnswer } from '../../domain/send-request.ts';
import { finishedOf } from '../formats/images-api-answer.ts';
import { failureOfAnswer } from '../wire/failures/status-failure.ts';
import { keepText } from '../wire/keep-answer.ts';
import { splitPictures } from '../wire/pictures/split-pictures.ts';
import { readErrorText } from '../wire/read-text.ts';
import { failureSaid, ideogramRequest, isUnsafe, withRevisedPrompts } from './wire.ts';

/** Answers hold addresses, but an answer that came with pictures would be paid for just as well. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Ideogram's API, which answers on the open connection, with addresses. https://developer.ideogram.ai/api-reference */
export const createIdeogram = ({ baseUrl, send }: AdapterSettings): ImageProvider => ({
  async start(request, call) {
    const { path, body, raw, warnings } = ideogramRequest(request, call.openImage);
    call.keepRawRequest(raw);
    const url = `${baseUrl}${path}`;
    const answer = await send({
      method: 'POST',
      url,
      headers: { 'api-key': call.apiKey, 'content-type': body.contentType, accept: 'application/json' },
      body,
      signal: call.signal,
      maxAnswerBytes,
    });
    if (answer.status !== 200) return fail(answer, call);
    const split = await splitPictures(answer.body, call);
    const finished: Finished = finishedOf(withRevisedPrompts(split.skeleton, request), split.taken, {
      asked: request.n,
      isRefused: isUnsafe,
      url,
      unread: split.unread,
      secrets: call.apiKey,
    });
    return { ...finished, warnings: [...warnings, ...finished.warnings] };
  },
});

async function fail(answer: ProviderAnswer, call: ProviderCall): Promise<never> {
  const text = await readErrorText(answer.body);
  keepText(text, call, call.apiKey);
  throw failureOfAnswer(answer, failureSaid(answer.status, text), call.apiKey);
}
