import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonValue } from '../../domain/generation.ts';
import type { Finished, ImageProvider, ProviderCall } from '../../domain/provider.ts';
import { withoutSecrets } from '../shared/clean-message.ts';
import { parseJson } from '../shared/json-fields.ts';
import { type MultipartBody, multipartBody } from '../shared/multipart-body.ts';
import { readErrorText } from '../shared/read-text.ts';
import type { ProviderAnswer, ProviderSettings } from '../shared/send-request.ts';
import { splitJson } from '../shared/split-json.ts';
import { failureOfAnswer } from '../shared/status-failure.ts';
import { failureSaid, fieldsOf, finishedOf, imageFields, imagePartsOf, paths, rawAnswer, rawEdit } from './wire.ts';

/**
 * Room for one image in base64: the largest size has 8.3 million pixels, which even as noise with transparency make a
 * png of no more than 34 MB.
 */
const mostCharactersPerImage = 64 * 1024 * 1024;
const mostOtherBytes = 1024 * 1024;

/** OpenAI's image API, which answers on the open connection. https://platform.openai.com/docs/api-reference/images */
export const createOpenAi = ({ baseUrl, send }: ProviderSettings): ImageProvider => ({
  async start(request, call) {
    const { path, contentType, body, raw } = prepared(request, call);
    call.keepRawRequest(raw);
    const answer = await send({
      method: 'POST',
      // Always below the configured address: the credential goes nowhere else, and redirects aren't followed.
      url: `${baseUrl}${path}`,
      headers: { authorization: `Bearer ${call.apiKey}`, 'content-type': contentType, accept: 'application/json' },
      body,
      signal: call.signal,
      mostAnswerBytes: mostOtherBytes + request.n * mostCharactersPerImage,
    });
    return answer.status === 200 ? finish(answer, request, call) : fail(answer, call);
  },
});

interface Prepared {
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array | MultipartBody;
  /** The request as the caller may see it. */
  readonly raw: JsonValue;
}

function prepared(request: ImageRequest, call: ProviderCall): Prepared {
  const fields = fieldsOf(request);
  switch (request.operation) {
    case 'generation':
      return {
        path: paths.generation,
        contentType: 'application/json',
        body: Buffer.from(JSON.stringify(fields)),
        raw: fields,
      };
    case 'edit': {
      const parts = imagePartsOf(request);
      const files = parts.map((part) => ({ ...part, bytes: part.image.bytes, open: () => call.openImage(part.image) }));
      const texts = Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
      const body = multipartBody(texts, files);
      return { path: paths.edit, contentType: body.contentType, body, raw: rawEdit(fields, parts) };
    }
    case 'variation':
      // The catalogue has variations emulated by edits, so that none comes here.
      throw new ProviderFailure('unsupported', 'OpenAI has no image variations.');
  }
}

async function finish(answer: ProviderAnswer, request: ImageRequest, call: ProviderCall): Promise<Finished> {
  const { skeleton, taken } = await splitJson(answer.body, {
    fields: imageFields,
    take: (number, bytes) => call.saveImage(number, bytes),
    mostSkeletonBytes: mostOtherBytes,
  });
  call.keepRawResponse(rawAnswer(skeleton, taken));
  return finishedOf(skeleton, taken, request.n);
}

async function fail(answer: ProviderAnswer, call: ProviderCall): Promise<never> {
  const text = await readErrorText(answer.body);
  const shown = withoutSecrets(text, call.apiKey);
  call.keepRawResponse(parseJson(shown) ?? shown);
  throw failureOfAnswer(answer, failureSaid(answer.status, text), call.apiKey);
}
