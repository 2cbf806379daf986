import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { ImageRequest, JsonObject } from '../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import { requestBytes } from '../../../lambda/domain/images/request-bytes.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createProviders } from '../../../lambda/providers/stage-providers.ts';
import { barest, catalog, type Work, works } from './every-request.ts';
import { memoryCall } from './memory-call.ts';
import { credentials, everyEndpoint } from './recording-providers.ts';

/**
 * What each provider documents, written down a second time, from the sources that the models' specs name: bytes of an image, of
 * the mask, and of the request as sent. Without a bound of the request, there is none, or images are uploaded one by one.
 */
const documented: Readonly<Record<string, Bounds>> = {
  openai: { image: 50_000_000, mask: 4_000_000 },
  azure: { image: 50_000_000, mask: 4_000_000 },
  gemini: { request: 100_000_000 },
  vertex: { image: 7_000_000, request: 500_000_000 },
  bedrock: { request: 25_000_000 },
  xai: { image: 20 * 1024 * 1024, request: 30_000_000 },
  fal: { request: 30_000_000 },
  'fal/fal-ai/qwen-image-2': { image: 10_000_000, request: 30_000_000 },
  bfl: { image: 20_000_000, request: 30_000_000 },
  'bfl/flux-3-image': { image: 15_000_000, request: 30_000_000 },
  replicate: { image: 100 * 1024 * 1024 },
  'replicate/black-forest-labs/flux-3-image': { image: 20_000_000 },
  stability: { request: 10 * 1024 * 1024 },
  recraft: { image: 10_000_000, request: 30_000_000 },
  ideogram: { image: 25_000_000, request: 50_000_000 },
  together: { request: 30_000_000 },
  // What a server of one's own takes isn't known.
  studio: {},
};

interface Bounds {
  readonly image?: number;
  readonly mask?: number;
  readonly request?: number;
}

const boundsOf = ({ candidate: { provider, model } }: Work): Bounds =>
  documented[`${provider}/${model}`] ?? documented[provider] ?? {};

const plan = createPlanRequest(catalog.specOf);
const inputsOf = (sizes: readonly number[]): readonly InputImage[] =>
  sizes.map((bytes, index) => ({
    ...{ key: `input-${index}`, type: 'jpeg', width: 1024, height: 768, hasAlpha: false, bytes, sha256: 'aa' },
  }));

/** The request that is planned with images of these bytes; a sentence where planning refuses it. */
function planned(work: Work, sizes: readonly number[], maskBytes = 1_000): ImageRequest | string {
  const [mask] = inputsOf([maskBytes]);
  const alpha = mask && ({ ...mask, key: 'mask', type: 'png', hasAlpha: true } as const);
  try {
    const isMasked = work.editType === 'inpainting';
    const { request } = plan(work.candidate, barest(work), inputsOf(sizes), isMasked ? alpha : undefined);
    return request;
  } catch (error) {
    if (error instanceof ProviderFailure && error.kind === 'unsupported') return error.message;
    throw error;
  }
}

/** Above what the gateway takes. */
const maxTried = 64 * 1024 * 1024;

const inWords = (bytes = 0): string => bytes.toLocaleString('en-US');

/** Bytes of the largest image with which `isTaken` holds. */
function largest(isTaken: (bytes: number) => boolean): number {
  let [low, high] = [0, maxTried];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isTaken(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The length of the first body that the adapter announces; nothing is read or sent. */
async function announced(work: Work, request: ImageRequest): Promise<number> {
  const lengths: number[] = [];
  const providers = await createProviders(
    everyEndpoint,
    async ({ body, url }) => {
      if (!url.endsWith('/token')) lengths.push(body?.length ?? 0);
      const answered = url.endsWith('/token') ? { access_token: 'a', expires_in: 3600, token_type: 'Bearer' } : {};
      return {
        status: 200,
        headers: {},
        body: (async function* () {
          yield Buffer.from(JSON.stringify(answered));
        })(),
      };
    },
    // The signer reads the body for its digest.
    {
      sendAsRole:
        () =>
        async ({ body }) => {
          lengths.push(body?.length ?? 0);
          throw new ProviderFailure('overloaded', 'enough');
        },
    },
  );
  const apiKey = credentials[work.candidate.provider];
  const call = memoryCall(apiKey === undefined ? {} : { apiKey });
  await providers(work.candidate.provider)
    .start(request, call)
    .catch((error: unknown) => {
      if (!(error instanceof ProviderFailure)) throw error;
    });
  return lengths[0] ?? 0;
}

const withImages = works.filter(({ operation }) => operation !== 'generation');

describe('the bytes of inputs', () => {
  it('are bounded for every provider by what is written down here', () => {
    const providers = new Set(catalog.models.map(({ provider }) => provider));
    expect([...providers].filter((name) => documented[name] === undefined)).toEqual([]);
  });

  it.each(withImages)('of one image for $title are taken up to the bound, and no further', (work) => {
    const { image, request } = boundsOf(work);
    const most = largest((bytes) => typeof planned(work, [bytes]) === 'object');
    if (most === Math.min(image ?? maxTried, maxTried)) {
      if (most < maxTried) expect(planned(work, [most + 1])).toContain(`images of at most ${inWords(image)} bytes`);
      return;
    }
    expect(catalog.specOf(work.candidate)?.inputLimits?.request?.maxBytes).toBe(request);
    expect(planned(work, [most + 1])).toContain(`requests of at most ${inWords(request)} bytes`);
  });

  it.each(withImages.filter((work) => boundsOf(work).request !== undefined))(
    'of all images for $title add up to a body that keeps to the bound',
    async (work) => {
      const row = catalog.specOf(work.candidate);
      const limit = row?.inputLimits?.request;
      if (!row || !limit) throw new Error('A bound that the spec lacks.');
      const images = work.operation === 'variation' ? 1 : row.inputImages;
      const sizes = (bytes: number) => Array.from({ length: images }, () => bytes);
      const most = largest((bytes) => typeof planned(work, sizes(bytes)) === 'object');
      const request = planned(work, sizes(most));
      if (typeof request === 'string') throw new Error(request);
      const length = await announced(work, request);
      expect(length).toBeGreaterThan(images * most);
      expect(length).toBeLessThanOrEqual(limit.maxBytes);
      const counted = requestBytes(limit.sends, request, [...request.images, ...(request.mask ? [request.mask] : [])]);
      expect(counted - length).toBeGreaterThanOrEqual(0);
      expect(counted - length).toBeLessThan(4_096 + 256 * (images + 1));
    },
  );

  it.each(withImages)('are counted with all texts of a request for $title', async (work) => {
    const limit = catalog.specOf(work.candidate)?.inputLimits?.request;
    if (!limit) return;
    const texts: JsonObject = Object.fromEntries(
      (catalog.specOf(work.candidate)?.extras ?? []).map((name) => [name, 'ünüsual "text"\n'.repeat(200)]),
    );
    const bare = barest(work);
    const asked = {
      ...bare,
      extra: { ...texts, ...bare.extra },
      ...(bare.prompt ? { prompt: '"\n漢😀'.repeat(4_000) } : {}),
    };
    const [mask] = inputsOf([1_000]);
    const isMasked = work.editType === 'inpainting';
    const alpha = mask && ({ ...mask, key: 'mask', type: 'png', hasAlpha: true } as const);
    const { request } = plan(work.candidate, asked, inputsOf([1_000]), isMasked ? alpha : undefined);
    const length = await announced(work, request);
    const counted = requestBytes(limit.sends, request, [...request.images, ...(request.mask ? [request.mask] : [])]);
    expect(counted).toBeGreaterThanOrEqual(length);
  });

  it.each(withImages.filter((work) => boundsOf(work).mask !== undefined && work.editType === 'inpainting'))(
    'of a mask for $title have a bound of their own',
    (work) => {
      const { mask = 0 } = boundsOf(work);
      expect(planned(work, [1_000], mask)).toBeTypeOf('object');
      expect(planned(work, [1_000], mask + 1)).toContain(
        'masks of at most 4,000,000 bytes, not 4,000,001. Send a smaller one, or use another model.',
      );
    },
  );
});
