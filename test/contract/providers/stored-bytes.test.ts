import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../lambda/adapters/outgoing/http-client.ts';
import { needsKey } from '../../../lambda/contract/provider-names.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createProviders } from '../../../lambda/providers/stage-providers.ts';
import { sentAsRole } from '../../support/aws-signing.ts';
import { serviceAccount } from '../../unit/providers/vertex/google.ts';
import { carryOut } from './carry-out.ts';
import { type Delivered, type Delivery, deliveries, picture, picturePath } from './deliveries.ts';
import { apiKey, memoryCall, sha256 } from './memory-call.ts';
import { submission } from './provider-fixture.ts';
import { everyEndpoint } from './recording-providers.ts';
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts';

const cases = Object.entries(deliveries).flatMap(([provider, forms]) =>
  Object.entries(forms).flatMap(([delivery, form]) =>
    [false, true].map((packed) => ({ provider, delivery: delivery as Delivery, form, packed })),
  ),
);

let server: ScriptedProvider;
afterEach(() => server.stop());

/** A provider that delivers in this form; packed, whatever it was asked for. */
const serve = (form: (origin: string) => Delivered, packed: boolean): Promise<ScriptedProvider> =>
  startScriptedProvider((response, { method, url, headers: { host } }) => {
    const { posted, asked = {} } = form(`http://${host}`);
    const granted = { access_token: 'ya29.some', expires_in: 3599, token_type: 'Bearer' };
    const said =
      url === picturePath ? picture : url === '/token' ? granted : method === 'POST' ? posted : (asked[url] ?? {});
    const body = Buffer.isBuffer(said) ? said : Buffer.from(JSON.stringify(said));
    response.setHeader('content-type', Buffer.isBuffer(said) ? 'image/png' : 'application/json');
    if (packed) response.setHeader('content-encoding', 'gzip');
    response.end(packed ? gzipSync(body) : body);
  });

/** What the gateway stores of a generation, by the first model of the provider that makes any. */
async function stored(provider: string, origin: string) {
  const endpoints = Object.fromEntries(
    Object.entries(everyEndpoint).map(([name, endpoint]) => [name, { ...endpoint, baseUrl: origin }]),
  );
  const catalog = createCatalog(endpoints);
  const candidate = catalog.models.find(
    (each) => each.provider === provider && catalog.specOf(each)?.operations.generation === 'native',
  );
  if (!candidate) throw new Error(`${provider} makes no images from words.`);
  const { request } = createPlanRequest(catalog.specOf)(candidate, submission(), [], undefined);
  const key = provider === 'vertex' ? serviceAccount({ token_uri: `${origin}/token` }) : apiKey;
  const call = memoryCall({ apiKey: needsKey(provider) ? key : '' });
  const adapter = async () =>
    (await createProviders(endpoints, sendRequest, { sendAsRole: sentAsRole(sendRequest) }))(provider);
  await carryOut(adapter, request, call, [new URL(origin).host]);
  return { bytes: call.saved.get(0), raw: JSON.stringify(call.rawResponses) };
}

describe('the bytes that are stored', () => {
  it.each(cases)(
    'are those of $provider, which come as $delivery (packed: $packed)',
    async ({ provider, form, packed }) => {
      server = await serve(form, packed);
      const { bytes, raw } = await stored(provider, new URL(server.baseUrl).origin);
      expect(sha256(bytes ?? Buffer.alloc(0))).toBe(sha256(picture));
      expect(raw).not.toContain(picture.toString('base64').slice(5000, 5100));
      expect(raw.length).toBeLessThan(2000);
    },
  );
});
