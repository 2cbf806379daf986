import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { sendRequest } from '../../../lambda/adapters/outgoing/http-client.ts';
import type { CompatibleServer } from '../../../lambda/contract/compatible-server.ts';
import type { ProviderEndpoint } from '../../../lambda/contract/provider-endpoints.ts';
import { needsKey } from '../../../lambda/contract/provider-names.ts';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { Candidate, EditType, ImageRequest, Operation, Submission } from '../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import type { SendRequest } from '../../../lambda/domain/send-request.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import type { ModelSpec } from '../../../lambda/planning/model-spec.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createProviders } from '../../../lambda/providers/stage-providers.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import type { VendorProfile } from '../../../local/vendors/vendor-wire.ts';
import { roleCredentials, sentAsRole } from '../../support/aws-signing.ts';
import { carryOut } from './carry-out.ts';
import { apiKey, type MemoryCallOptions, memoryCall } from './memory-call.ts';

/** What the suite must know of a provider's wire format. */
export interface ProviderSubject {
  readonly name: string;
  /** A model that serves all that the provider does. */
  readonly model: string;
  /** How the simulator plays it. @default by the wire format of the provider's name */
  readonly vendor?: VendorProfile;
  /** The stage's setting for a compatible server. @default none: the provider has an adapter of its own */
  readonly server?: Omit<CompatibleServer, 'baseUrl'>;
  /** The stage's other settings for a provider with an adapter of its own. @default none */
  readonly endpoint?: Omit<ProviderEndpoint, 'baseUrl'>;
  /** True where a successful answer is the image itself, not JSON around it. @default false */
  readonly answersWithBytes?: boolean;
  /** True where a successful answer on the open connection names its images by addresses alone. @default false */
  readonly answersWithAddresses?: boolean;
  /** The status of a request that was taken. @default 200 */
  readonly successStatus?: number;
  /** The size that the suite asks for. @default 1536x1024 */
  readonly size?: string;
  /** Whether it says that a refusal costs nothing. @default false */
  readonly refusesFree?: boolean;
  /** Whom its 429 shuts out: a key, where the account is what it counts. @default model */
  readonly rateLimitIs?: 'key';
  /** Where it answers with a ticket: whether it can be asked to stop. @default it answers on the open connection */
  readonly tickets?: { readonly cancels: boolean };
}

/** What a caller asks for, with what a test changes of it. */
export const submission = (changes: Partial<Submission> = {}): Submission => ({
  operation: 'generation',
  prompt: 'a lighthouse in the fog',
  n: 1,
  parameters: {},
  extra: {},
  ...changes,
});

export type ProviderFixture = ReturnType<typeof createFixture>;

/** All that a promise is tried with: a simulator of its own, what it was sent, and ways to plan and start requests. */
export function createFixture(subject: ProviderSubject) {
  const { name, model, vendor = { name, wire: name }, server = {}, endpoint = {} } = subject;
  const endpointsAt = (baseUrl: string) => ({ [name]: { baseUrl, ...server, ...endpoint } });
  const candidate: Candidate = { provider: name, model };
  const catalog = createCatalog(endpointsAt('http://127.0.0.1:9'));
  const row = catalog.specOf(candidate);
  if (!row) throw new Error(`The catalogue has no row for ${name}/${model}.`);
  const { sentTo, shown, answers, send } = listeningClient();
  const { accessKeyId, secretAccessKey } = roleCredentials;
  let simulator: VendorSimulator;
  let photo: Uint8Array;
  let masks: Masks;

  beforeAll(async () => {
    simulator = await startVendorSimulator({
      latencySeconds: 0,
      vendors: [{ ...vendor, awsSecrets: { [accessKeyId]: secretAccessKey } }],
    });
    [photo, masks] = await Promise.all([noisyPhoto(), masksInAllForms()]);
  });
  beforeEach(() => {
    simulator.ledger.clear();
    simulator.faults.clear();
    sentTo.length = 0;
    shown.clear();
    answers.length = 0;
  });
  afterAll(() => simulator.stop());

  /** What the gateway keeps for the provider, where it is reached at that address. */
  const keyAt = (baseUrl: string): string =>
    needsKey(name) ? (simulator.credentials()[name]?.replaceAll(simulator.baseUrl(name), baseUrl) ?? apiKey) : '';

  async function start(request: ImageRequest, options: MemoryCallOptions = {}, baseUrl = simulator.baseUrl(name)) {
    const call = memoryCall({ apiKey: keyAt(baseUrl), ...options });
    const adapter = async () =>
      (await createProviders(endpointsAt(baseUrl), send, { sendAsRole: sentAsRole(send) }))(name);
    return { finished: await carryOut(adapter, request, call, [simulator.resultHost]), call };
  }

  async function startFailing(
    request: ImageRequest,
    options: MemoryCallOptions = {},
    baseUrl = simulator.baseUrl(name),
  ) {
    const call = memoryCall({ apiKey: keyAt(baseUrl), ...options });
    const adapter = async () =>
      (await createProviders(endpointsAt(baseUrl), send, { sendAsRole: sentAsRole(send) }))(name);
    const error = await carryOut(adapter, request, call, [simulator.resultHost]).then(
      () => new Error('The request did not fail.'),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ProviderFailure)) throw error;
    return { failure: error, call };
  }

  return {
    subject,
    catalog,
    row,
    /** Where requests went, the credentials that were shown there, and what came back, in the test that is running. */
    sentTo,
    shown,
    answers,
    key: () => keyAt(simulator.baseUrl(name)),
    start,
    startFailing,
    simulator: () => simulator,
    photo: () => photo,
    /** A mask for the photo, by which its left half is to be edited, in the form that a row names. */
    mask: (form: ModelSpec['mask'] = 'alpha') => masks[form === 'none' ? 'alpha' : form],
    serves: (operation: Operation, editType?: EditType) => supportOf(row, operation, editType) !== 'none',
    plan: (asked: Submission, images: readonly InputImage[] = [], maskImage?: InputImage): ImageRequest =>
      createPlanRequest(catalog.specOf)(candidate, asked, images, maskImage).request,
    /** The requests that may cost money: asking for a token, handing in inputs, asking after work, and calling it off, do not. */
    submits: () => simulator.ledger.requests().filter(({ operation }) => !costsNothing.includes(operation)),
  };
}

const costsNothing: readonly string[] = ['token', 'upload', 'poll', 'cancel'];

/** The real client, with a copy kept of what came through. */
function listeningClient() {
  const sentTo: string[] = [];
  const shown = new Set<string>();
  const answers: Buffer[] = [];
  const send: SendRequest = async (request) => {
    sentTo.push(request.url);
    for (const name of credentialHeaders) {
      const header = request.headers[name]?.replace(/^(Bearer|Key) /, '');
      // Of a signature, whose it is: the rest is good for one request alone.
      const value = /^AWS4-HMAC-SHA256 Credential=([^/]+)/.exec(header ?? '')?.[1] ?? header;
      if (value !== undefined) shown.add(value);
    }
    const answer = await sendRequest(request);
    const chunks: Uint8Array[] = [];
    const copied = async function* () {
      for await (const chunk of answer.body) {
        chunks.push(chunk);
        yield chunk;
      }
      answers.push(Buffer.concat(chunks));
    };
    return { ...answer, body: copied() };
  };
  return { sentTo, shown, answers, send };
}

/** Where providers look for a credential. */
const credentialHeaders = ['authorization', 'api-key', 'x-api-key', 'x-key', 'x-goog-api-key'] as const;

/** As large as the pickiest provider wants its images. */
const inputSize = { width: 384, height: 288 } as const;

function noisyPhoto(): Promise<Uint8Array> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { ...inputSize, channels: 3, noise, background: '#888' } })
    .png()
    .toBuffer();
}

type Masks = Readonly<Record<Exclude<ModelSpec['mask'], 'none'>, Uint8Array>>;

async function masksInAllForms(): Promise<Masks> {
  const { width, height } = inputSize;
  const halves = (left: number, right: number) =>
    Buffer.from(Array.from({ length: width * height }, (_, at) => (at % width < width / 2 ? left : right)));
  const grey = (pixels: Buffer) => sharp(pixels, { raw: { width, height, channels: 1 } });
  const opaque = sharp({ create: { ...inputSize, channels: 3, background: '#000' } });
  return {
    alpha: await opaque
      .joinChannel(halves(0, 255), { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer(),
    white: await grey(halves(255, 0)).toColourspace('b-w').png().toBuffer(),
    black: await grey(halves(0, 255)).toColourspace('b-w').png().toBuffer(),
  };
}
