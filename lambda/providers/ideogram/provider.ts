import type { ImageProvider } from '../../domain/provider.ts';
import { finishedOf, rawAnswer } from '../shared/images-api-answer.ts';
import { exchangeJson, keepAnswer } from '../shared/json-exchange.ts';
import type { ProviderSettings } from '../shared/send-request.ts';
import { failureOfAnswer } from '../shared/status-failure.ts';
import { failureSaid, ideogramRequest, isUnsafe, withRevisedPrompts } from './wire.ts';

/** Ideogram's API, which answers on the open connection, with addresses. https://developer.ideogram.ai/api-reference */
export const createIdeogram = ({ baseUrl, send }: ProviderSettings): ImageProvider => ({
  async start(request, call) {
    const { path, body, raw, warnings } = ideogramRequest(request, call.openImage);
    call.keepRawRequest(raw);
    const answer = await exchangeJson(send, {
      method: 'POST',
      url: `${baseUrl}${path}`,
      headers: { 'api-key': call.apiKey, 'content-type': body.contentType, accept: 'application/json' },
      body,
      signal: call.signal,
    });
    keepAnswer(answer, call, (value) => rawAnswer(value, []));
    if (answer.status !== 200) {
      throw failureOfAnswer(answer, failureSaid(answer.status, answer.text), call.apiKey);
    }
    const read = withRevisedPrompts(answer.value, request);
    const finished = finishedOf(read, [], {
      asked: request.n,
      isRefused: isUnsafe,
      url: `${baseUrl}${path}`,
      secrets: call.apiKey,
    });
    return { ...finished, warnings: [...warnings, ...finished.warnings] };
  },
});
