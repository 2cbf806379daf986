import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createProviders } from '../../../lambda/providers/stage-providers.ts';
import { sentAsRole } from '../../support/aws-signing.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { barest, catalog, type Work, works } from './every-request.ts';
import { inputImage, memoryCall, sha256 } from './memory-call.ts';
import { createFixture, submission } from './provider-fixture.ts';
import { credentials, everyEndpoint, recordingClient } from './recording-providers.ts';

const plan = createPlanRequest(catalog.specOf, 'where_taken');
const client = recordingClient();
const providers = await createProviders(everyEndpoint, client.send, { sendAsRole: sentAsRole(client.send) });
const bytes = pngBytes(400_000);
const photo = inputImage('inputs/photo', bytes);
const mask = { ...inputImage('inputs/mask', bytes), hasAlpha: true };
const addressOf = ({ key }: InputImage): string => `https://bucket.example/${key}?X-Amz-Signature=canary`;

/** What an adapter sends for a job with a photo, and a mask if need be, and what the caller is shown of it. */
async function sentFor(work: Work, isRedrawn: (image: InputImage) => boolean = () => false) {
  client.takenRequests();
  const opened: string[] = [];
  const { candidate, editType } = work;
  const planned = plan(candidate, barest(work), [photo], editType === 'inpainting' ? mask : undefined);
  const apiKey = credentials[candidate.provider];
  const inputs = new Map([photo, mask].map(({ key }) => [key, bytes]));
  const call = memoryCall({ inputs, ...(apiKey === undefined ? {} : { apiKey }) });
  const request = { ...planned.request, ...(planned.request.mask ? { mask } : {}) };
  try {
    await providers(candidate.provider).start(request, {
      ...call,
      openImage: (image) => {
        opened.push(image.key);
        return call.openImage(image);
      },
      ...(planned.sendsAddresses && { addressOf: (image) => (isRedrawn(image) ? undefined : addressOf(image)) }),
    });
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
  }
  const sent = client.takenRequests().map(({ body }) => body.toString('latin1'));
  return { opened, sent, shown: JSON.stringify(call.rawRequests), inputs: request.mask ? [photo, mask] : [photo] };
}

const withImages = works.filter(({ operation }) => operation !== 'generation');
const takesAddresses = ({ candidate }: Work): boolean => catalog.specOf(candidate)?.takesAddresses === true;

/** By the pages that the models' specs name. */
const fetching = ['xai', 'fal', 'bfl', 'replicate', 'together', 'recraft'];

describe('a provider that fetches inputs', () => {
  it('is one whose pages say so', () => {
    expect(
      [...new Set(withImages.filter(takesAddresses).map(({ candidate }) => candidate.provider))].toSorted(),
    ).toEqual(fetching.toSorted());
  });

  it.each(withImages.filter(takesAddresses))('gets addresses and no bytes: $title', async (work) => {
    const { opened, sent, shown, inputs } = await sentFor(work);
    expect(opened).toEqual([]);
    expect(sent).toHaveLength(1);
    for (const image of inputs) expect(sent[0]).toContain(JSON.stringify(addressOf(image)));
    expect(shown).toContain('address of 400000 bytes of image');
    expect(shown).not.toContain('canary');
  });

  it.each(withImages.filter(takesAddresses))('gets the bytes of what is redrawn: $title', async (work) => {
    const { opened, sent } = await sentFor(work, () => true);
    expect(opened.length).toBeGreaterThan(0);
    expect(sent.join()).not.toContain('canary');
    const { opened: first } = await sentFor(work, ({ key }) => key === photo.key);
    expect(first).toEqual([photo.key]);
  });
});

describe('any other provider', () => {
  it.each(withImages.filter((work) => !takesAddresses(work)))('gets bytes: $title', async (work) => {
    const { opened, sent, inputs } = await sentFor(work);
    expect([...new Set(opened)]).toEqual(inputs.map(({ key }) => key));
    expect(sent.join()).not.toContain('canary');
  });
});

describe('the simulated vendor', () => {
  let bucket: Server;
  const origin = (): string => `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`;

  const subjects = [
    { name: 'xai', model: 'grok-imagine-image' },
    { name: 'fal', model: 'fal-ai/flux-2-pro' },
    { name: 'bfl', model: 'flux-2-pro' },
    { name: 'replicate', model: 'black-forest-labs/flux-2-pro' },
    { name: 'together', model: 'black-forest-labs/FLUX.2-pro' },
    { name: 'recraft', model: 'recraftv3' },
  ];

  describe.each(subjects)('$name', (subject) => {
    const fixture = createFixture(subject);

    beforeAll(async () => {
      bucket = createServer((request, response) => {
        const isThere = request.url === '/photo?X-Amz-Signature=1';
        response.writeHead(isThere ? 200 : 403, { 'content-type': 'image/png' });
        response.end(isThere ? fixture.photo() : 'expired');
      });
      await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => void bucket.close());

    const edit = () => fixture.plan(submission({ operation: 'edit' }), [inputImage('photo', fixture.photo())]);

    it('fetches an input from its address, and works on it as on one that was sent', async () => {
      const { finished } = await fixture.start(edit(), { addressOf: () => `${origin()}/photo?X-Amz-Signature=1` });
      expect(finished.images).toHaveLength(1);
      expect(fixture.submits()).toMatchObject([{ files: [{ sha256: sha256(fixture.photo()) }] }]);
    });

    it('refuses a request whose input it can not fetch', async () => {
      const { failure } = await fixture.startFailing(edit(), { addressOf: () => `${origin()}/photo` });
      expect(failure.message).not.toBe('');
      expect(fixture.simulator().ledger.charges()).toEqual([]);
    });
  });
});
