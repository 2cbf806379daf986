import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CompatibleServer } from '../../../lambda/contract/compatible-server.ts';
import type { ProviderEndpoint } from '../../../lambda/contract/environment.ts';
import { failurePolicies, ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { Candidate, EditType, ImageRequest, Operation, Submission } from '../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../lambda/domain/image.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createProviders, planRequestFrom } from '../../../lambda/providers/registry.ts';
import { supportOf } from '../../../lambda/providers/shared/emulations.ts';
import { sendRequest } from '../../../lambda/providers/shared/http-client.ts';
import type { SendRequest } from '../../../lambda/providers/shared/send-request.ts';
import { parseAspectRatio } from '../../../lambda/providers/shared/size-plan.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import type { VendorProfile } from '../../../local/vendors/vendor-wire.ts';
import { carryOut } from './carry-out.ts';
import { apiKey, inputImage, type MemoryCall, type MemoryCallOptions, memoryCall, sha256 } from './memory-call.ts';
import { freePort } from './scripted-provider.ts';
import { vendorFailures } from './vendor-failures.ts';

/** What the suite must know of a provider's wire format. */
export interface ProviderSubject {
  readonly name: string;
  /** A model that serves all that the provider does. */
  readonly model: string;
  /** How the simulator plays it. */
  readonly vendor: VendorProfile;
  /** The stage's setting for a compatible server. @default none: the provider has an adapter of its own */
  readonly server?: Omit<CompatibleServer, 'baseUrl'>;
  /** The stage's other settings for a provider with an adapter of its own. @default none */
  readonly endpoint?: Omit<ProviderEndpoint, 'baseUrl'>;
  /** True where a successful answer is the image itself, not JSON around it. @default false */
  readonly answersWithBytes?: boolean;
  /** The size that the suite asks for. @default 1536x1024 */
  readonly size?: string;
  /** The images in a request's last raw answer, got by other means than the adapter's. */
  imagesIn(answer: Buffer): readonly Buffer[] | Promise<readonly Buffer[]>;
}

const submission = (changes: Partial<Submission> = {}): Submission => ({
  operation: 'generation',
  prompt: 'a lighthouse in the fog',
  n: 1,
  parameters: {},
  extra: {},
  ...changes,
});

/** What a model may do, in the order in which it is tried: some do one thing only. */
const works = [['generation'], ['variation'], ['edit'], ['edit', 'background_removal']] as const satisfies [
  [Operation, EditType?],
  ...[Operation, EditType?][],
];

/** What every adapter promises, tried by HTTP against the vendor simulator. A new provider is one more call of this. */
export function describeProvider(subject: ProviderSubject): void {
  const { name, model, vendor, server = {}, endpoint = {}, size = '1536x1024', imagesIn } = subject;
  const endpointsAt = (baseUrl: string) => ({ [name]: { baseUrl, ...server, ...endpoint } });
  describe(`the provider ${name}`, () => {
    let simulator: VendorSimulator;
    let photo: Uint8Array;
    let mask: Uint8Array;
    const sentTo: string[] = [];
    const answers: Buffer[] = [];

    /** The real client, with a copy kept of what came through. */
    const send: SendRequest = async (request) => {
      sentTo.push(request.url);
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

    const candidate: Candidate = { provider: name, model };
    const catalog = createCatalog(endpointsAt('http://127.0.0.1:9'));
    const row = catalog.rowOf(candidate);
    if (!row) throw new Error(`The catalogue has no row for ${name}/${model}.`);
    const supports = (each: Candidate, operation: Operation, editType?: EditType) => {
      const itsRow = catalog.rowOf(each);
      return itsRow !== undefined && supportOf(itsRow, operation, editType) !== 'none';
    };
    const serves = (operation: Operation, editType?: EditType) => supportOf(row, operation, editType) !== 'none';
    const plan = (asked: Submission, images: readonly InputImage[] = [], maskImage?: InputImage): ImageRequest =>
      planRequestFrom(catalog)(candidate, asked, images, maskImage).request;

    async function start(request: ImageRequest, options: MemoryCallOptions = {}, baseUrl = simulator.baseUrl(name)) {
      const call = memoryCall(options);
      const adapter = () => createProviders(endpointsAt(baseUrl), send)(name);
      return { finished: await carryOut(adapter, request, call, [new URL(simulator.origin).host]), call };
    }

    async function startFailing(request: ImageRequest, options: MemoryCallOptions = {}, baseUrl?: string) {
      const call = memoryCall(options);
      const adapter = () => createProviders(endpointsAt(baseUrl ?? simulator.baseUrl(name)), send)(name);
      const error = await carryOut(adapter, request, call, [new URL(simulator.origin).host]).then(
        () => new Error('The request did not fail.'),
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof ProviderFailure)) throw error;
      return { failure: error, call };
    }

    /** The requests that may cost money: asking after work, and calling it off, do not. */
    const submits = () =>
      simulator.ledger.requests().filter(({ operation }) => !['poll', 'cancel'].includes(operation));

    beforeAll(async () => {
      simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [vendor] });
      const noise = {
        width: 320,
        height: 240,
        channels: 3,
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      } as const;
      photo = await sharp({ create: { ...noise, background: '#888' } })
        .png()
        .toBuffer();
      const clear = { width: 320, height: 240, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } as const;
      mask = await sharp({ create: clear }).png().toBuffer();
    });
    beforeEach(() => {
      simulator.ledger.clear();
      simulator.faults.clear();
      sentTo.length = 0;
      answers.length = 0;
    });
    afterAll(() => simulator.stop());

    it('saves the images of an answer byte for byte, in order, for one charge', async () => {
      const several = Math.min(3, row.imagesPerRequest);
      const { finished, call } = await start(plan(submission({ n: several })));
      const expected = await imagesIn(answers.at(-1) ?? Buffer.alloc(0));
      expect(expected).toHaveLength(several);
      expect(expected.map((_bytes, index) => sha256(call.saved.get(index) ?? Buffer.alloc(0)))).toEqual(
        expected.map(sha256),
      );
      expect(finished.images).toMatchObject(
        expected.map((bytes, index) => ({ image: { bytes: bytes.length, key: expect.stringContaining(`${index}`) } })),
      );
      expect(finished.warnings).toEqual([]);
      expect(simulator.ledger.charges()).toHaveLength(1);
      expect(submits()).toHaveLength(1);
    });

    it.each(catalog.models)('makes images with $model', async (each) => {
      const work = works.find(([operation, editType]) => supports(each, operation, editType)) ?? works[0];
      const [operation, editType] = work;
      const images = operation === 'generation' ? [] : [inputImage('photo', photo)];
      const asked = submission({ operation, ...(editType === undefined ? {} : { editType }) });
      const { request } = planRequestFrom(catalog)(each, asked, images, undefined);
      const { finished } = await start(request, { inputs: new Map([['photo', photo]]) });
      expect(finished.images).toHaveLength(1);
      const prompted = operation === 'generation' ? { prompt: 'a lighthouse in the fog' } : {};
      expect(simulator.ledger.charges()).toMatchObject([{ model: each.model, ...prompted }]);
    });

    it('makes images of the size that was planned', async () => {
      const request = plan(submission({ parameters: { size } }));
      const { finished } = await start(request);
      expect(finished.images).toMatchObject([{ image: { ...request.size } }]);
      const ratio = parseAspectRatio(request.parameters.aspect_ratio ?? '');
      const [made] = finished.images;
      if (ratio === undefined || !made || !('image' in made)) return;
      expect(made.image.width / made.image.height).toBeCloseTo(ratio, 1);
    });

    itWhere(serves('edit'))('sends input images byte for byte', async () => {
      const inputs = new Map([
        ['one', photo],
        ['two', mask],
      ]);
      const images = [inputImage('one', photo), inputImage('two', mask)].slice(0, row.inputImages);
      await start(plan(submission({ operation: 'edit' }), images), { inputs });
      expect(simulator.ledger.charges()[0]?.files).toMatchObject(
        images.map(({ sha256, bytes }) => ({ sha256, bytes })),
      );
    });

    itWhere(serves('edit', 'inpainting'))('sends a mask with its image', async () => {
      const inputs = new Map([
        ['photo', photo],
        ['mask', mask],
      ]);
      const asked = submission({ operation: 'edit', editType: 'inpainting' });
      await start(plan(asked, [inputImage('photo', photo)], inputImage('mask', mask)), { inputs });
      expect(simulator.ledger.charges()[0]?.files).toHaveLength(2);
    });

    itWhere(serves('variation'))('serves a variation', async () => {
      const { operation, parameters, extra } = submission({ operation: 'variation' });
      const request = plan({ operation, n: 1, parameters, extra }, [inputImage('photo', photo)]);
      const { finished } = await start(request, { inputs: new Map([['photo', photo]]) });
      expect(finished.images).toHaveLength(1);
      expect(simulator.ledger.charges()[0]?.files).toMatchObject([{ sha256: sha256(photo) }]);
    });

    const failures = vendorFailures.filter(({ inJsonOnly }) => !(inJsonOnly && subject.answersWithBytes));
    it.each(failures)('knows $name for what it is', async ({ fault, kind, statusCode }) => {
      simulator.faults.add(fault);
      const { failure } = await startFailing(plan(submission()));
      expect(failure).toMatchObject({ kind, billed: failurePolicies[kind].billed });
      if (statusCode !== undefined) expect(failure.statusCode).toBe(statusCode);
      expect(failure.message).not.toBe('');
      expect(submits()).toHaveLength(1);
    });

    it('passes on how long a rate limit lasts', async () => {
      simulator.faults.add({ kind: 'status', status: 429, retryAfter: 7 });
      expect((await startFailing(plan(submission()))).failure.retryAfterSeconds).toBe(7);
    });

    it('gives a silent provider up at the signal, not knowing the outcome', async () => {
      simulator.faults.add({ kind: 'hang', charged: true });
      const startedAt = performance.now();
      const { failure } = await startFailing(plan(submission()), { signal: AbortSignal.timeout(200) });
      expect(failure).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown' });
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    });

    it('takes a provider that nobody can connect to for overloaded', async () => {
      const { failure } = await startFailing(plan(submission()), {}, `http://127.0.0.1:${await freePort()}/v1`);
      expect(failure).toMatchObject({ kind: 'overloaded', billed: 'no' });
    });

    it('sends the key to the configured origin alone, and shows it nowhere', async () => {
      const { call } = await start(plan(submission()));
      simulator.faults.add({ kind: 'status', status: 401, message: `Incorrect API key provided: ${apiKey}.` });
      const failed = await startFailing(plan(submission()));
      expect(submits()).toHaveLength(2);
      expect(new Set(simulator.ledger.requests().map((entry) => entry.authorization))).toEqual(
        new Set([sha256(Buffer.from(apiKey)).slice(0, 12)]),
      );
      expect(sentTo.every((url) => url.startsWith(`${simulator.baseUrl(name)}/`))).toBe(true);
      const shown = [captured(call), captured(failed.call), failed.failure.message, String(failed.failure.cause)];
      expect(shown.join('\n')).not.toContain(apiKey);
    });

    it('keeps what was sent and answered, without the bytes of images', async () => {
      const inputs = new Map([['photo', photo]]);
      const operation = serves('edit') ? 'edit' : 'generation';
      const images = operation === 'edit' ? [inputImage('photo', photo)] : [];
      const { call } = await start(plan(submission({ operation }), images), { inputs });
      expect(call.rawRequests).toHaveLength(1);
      expect(call.rawResponses.length).toBeGreaterThan(0);
      expect(captured(call)).toContain('a lighthouse in the fog');
      expect(captured(call).length).toBeLessThan(5_000);
      if (operation === 'edit') expect(captured(call)).toContain(sha256(photo));
    });

    it('keeps what a failure said', async () => {
      simulator.faults.add({ kind: 'status', status: 400, message: 'The prompt is too odd.' });
      const { failure, call } = await startFailing(plan(submission()));
      expect(failure.message).toBe('The prompt is too odd.');
      expect(captured(call)).toContain('The prompt is too odd.');
    });
  });
}

const captured = (call: MemoryCall): string => JSON.stringify([call.rawRequests, call.rawResponses]);

/** `it` for what a model can do; for what it can't, there is nothing to promise. */
const itWhere = (applies: boolean) => (promise: string, test: () => Promise<void>) => {
  if (applies) it(promise, test);
};
