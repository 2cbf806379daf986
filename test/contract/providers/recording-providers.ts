import { buffer } from 'node:stream/consumers';
import { azureModels } from '../../../lambda/contract/provider-endpoints.ts';
import { providerNames } from '../../../lambda/contract/provider-names.ts';
import type { OutgoingRequest, ProviderAnswer, SendRequest } from '../../../lambda/domain/send-request.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { serviceAccount } from '../../unit/providers/vertex/google.ts';

const providerOrigin = 'https://provider.example';

/** The endpoints of a stage with every provider that there is, and a compatible server. */
export const everyEndpoint = {
  ...Object.fromEntries(providerNames.map((name) => [name, { baseUrl: providerOrigin }])),
  azure: {
    baseUrl: providerOrigin,
    deployments: Object.fromEntries(azureModels.map((model) => [`my-${model}`, model])),
  },
  bedrock: { baseUrl: providerOrigin, region: 'us-west-2' as const },
  vertex: { baseUrl: providerOrigin, project: 'some-project', location: 'global' },
  studio: { baseUrl: providerOrigin, models: [{ model: 'studio-1' }] },
};

const image = Buffer.from(pngBytes(2_000));
const url = `${providerOrigin}/made.png`;

/** The credentials of those providers that don't take any text. */
export const credentials: Readonly<Record<string, string>> = {
  vertex: serviceAccount({ token_uri: `${providerOrigin}/token` }),
};

/** An answer that every provider's adapter takes for one image, or for a ticket. */
const universalAnswer = JSON.stringify({
  created: 1,
  access_token: 'a token',
  expires_in: 3600,
  token_type: 'Bearer',
  images: [image.toString('base64')],
  data: [{ url }],
  candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: image.toString('base64') } }] } }],
  id: 'work',
  request_id: 'work',
  polling_url: `${providerOrigin}/work`,
  status_url: `${providerOrigin}/work`,
  response_url: `${providerOrigin}/work`,
  urls: { get: `${providerOrigin}/work` },
  status: 'starting',
});

/** What would have gone out. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A client that asks nobody: it keeps what would have gone out, and answers that the provider is content. */
export interface RecordingClient {
  readonly send: SendRequest;
  /** What has been sent since the last time. */
  takenRequests(): readonly SentRequest[];
  /** The same as text. */
  taken(): string;
}

export function recordingClient(): RecordingClient {
  let sent: SentRequest[] = [];
  const takenRequests = () => sent.splice(0);
  return {
    async send(request) {
      if (request.url !== `${providerOrigin}/token`) sent = [...sent, await sentOf(request)];
      return answerTo(request);
    },
    takenRequests,
    taken: () => takenRequests().map(textOf).join('\n'),
  };
}

async function sentOf({ method, url, headers, body }: OutgoingRequest): Promise<SentRequest> {
  const bytes = body === undefined ? '' : body instanceof Uint8Array ? body : await buffer(body.chunks());
  return { method, url, contentType: headers['content-type'] ?? '', body: Buffer.from(bytes) };
}

/** A request as text, in which the order of fields, the lengths and the boundaries of forms say nothing. */
export function textOf({ method, url, contentType, body }: SentRequest): string {
  const text = body.toString('latin1');
  const [, boundary = ''] = /boundary=(.+)$/.exec(contentType) ?? [];
  const fields = boundary === '' ? sortedJson(JSON.parse(text || '{}')) : text.split(boundary).toSorted().join('\n');
  return [method, url, contentType.replace(boundary, ''), fields].join('\n');
}

const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

function answerTo({ headers }: OutgoingRequest): ProviderAnswer {
  const bytes = headers.accept === 'image/*' ? image : Buffer.from(universalAnswer);
  return {
    status: 200,
    headers: {},
    body: (async function* () {
      yield bytes;
    })(),
  };
}
