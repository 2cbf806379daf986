import { describe, expect, it } from 'vitest';
import { type EditType, editTypes, operations, qualities, type Submission } from '../../../lambda/domain/generation.ts';
import { costOf } from '../../../lambda/domain/money/cost.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { inputImage } from '../../contract/providers/memory-call.ts';
import { everyEndpoint } from '../../contract/providers/recording-providers.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import fc from '../../support/seeded-fast-check.ts';

/** Models whose price was not found, and one of a server of the stage's own, whose settings don't say it. */
const unknown = ['replicate/google/nano-banana-2', 'replicate/qwen/qwen-image-2512', 'studio/studio-1'];

const catalog = createCatalog(everyEndpoint);
const models = catalog.models.map((candidate) => ({ ...candidate, name: `${candidate.provider}/${candidate.model}` }));
const priced = models.filter(({ name }) => !unknown.includes(name));
const plan = createPlanRequest(catalog.specOf);

describe('the prices of the catalogue', () => {
  it.each(priced)('have the day and the source of $name', (candidate) => {
    const price = catalog.price(candidate);
    expect(price?.readOn).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(price?.source.length).toBeGreaterThan(10);
  });

  it('lack the models that are known to lack one, and no other', () => {
    expect(models.filter((candidate) => catalog.price(candidate) === undefined).map(({ name }) => name)).toEqual(
      unknown,
    );
  });

  it('apply to any request: the last rate has no condition', () => {
    for (const candidate of priced) {
      const price = catalog.price(candidate);
      if (price?.kind !== 'image') continue;
      const { usd: _, ...conditions } = price.rates.at(-1) ?? { usd: 0 };
      expect(conditions, candidate.name).toEqual({});
    }
  });
});

interface Served {
  readonly candidate: (typeof models)[number];
  readonly operation: Submission['operation'];
  readonly editType?: EditType;
}

const served: readonly Served[] = priced.flatMap((candidate) => {
  const row = catalog.specOf(candidate);
  if (!row) return [];
  const plain = operations.filter((operation) => supportOf(row, operation, undefined) !== 'none');
  const edits = editTypes.filter((editType) => supportOf(row, 'edit', editType) !== 'none');
  return [
    ...plain.map((operation) => ({ candidate, operation })),
    ...edits.map((editType) => ({ candidate, operation: 'edit' as const, editType })),
  ];
});

const image = inputImage('inputs/a.png', pngBytes(1024));
const wishes = fc.record({
  served: fc.constantFrom(...served),
  n: fc.integer({ min: 1, max: 10 }),
  prompt: fc.string({ unit: 'grapheme', maxLength: 300 }),
  size: fc.constantFrom(undefined, 'auto', '256x256', '1024x1024', '1536x1024', '4096x4096'),
  resolution: fc.constantFrom(undefined, '1K', '2K', '4K'),
  quality: fc.constantFrom(undefined, ...qualities),
});

function planOf({ served: { candidate, operation, editType }, n, prompt, size, resolution, quality }: WishOf) {
  const parameters = { ...(size && { size }), ...(resolution && { resolution }), ...(quality && { quality }) };
  const extra = editType === 'outpainting' ? { left: 64, right: 64 } : {};
  const asked: Submission = { operation, n, prompt, parameters, extra, ...(editType && { editType }) };
  return plan(
    candidate,
    asked,
    operation === 'generation' ? [] : [image],
    editType === 'inpainting' ? image : undefined,
  );
}

type WishOf = typeof wishes extends fc.Arbitrary<infer Wish> ? Wish : never;

describe('the quote of a model', () => {
  it.each<
    [name: string, operation: Submission['operation'], changes: Partial<Submission>, likely: number, worst: number]
  >([
    // 7,024 tokens at $30; a prompt of 6 bytes: 2 tokens at $5, at most 70; three partial images of 100 tokens.
    ['openai/gpt-image-2', 'generation', { parameters: { size: '1024x1024', quality: 'high' } }, 210_730, 220_070],
    // 439 tokens, and 10% more; one input image of 1,500 tokens at $8, at most 6,821.
    ['openai/gpt-image-2.5-flare', 'edit', { parameters: { size: '1024x1024', quality: 'medium' } }, 25_180, 78_405],
    // Three images of 4,160 tokens at $32.
    [
      'azure/my-gpt-image-1.5',
      'generation',
      { n: 3, parameters: { size: '1024x1024', quality: 'high' } },
      399_370,
      399_710,
    ],
    // 2,000 tokens at $120, 800 at $12, 2 at $2; at most 32,768 and 70.
    ['gemini/gemini-3-pro-image', 'generation', { parameters: { resolution: '4K' } }, 249_604, 633_356],
    ['vertex/gemini-nano-banana-2.1', 'generation', {}, 36_228, 279_465],
    ['xai/grok-imagine-image', 'edit', { n: 2 }, 42_000, 42_000],
    [
      'xai/grok-imagine-image-2.0',
      'edit',
      { n: 2, parameters: { quality: 'low', resolution: '2K' } },
      130_000,
      130_000,
    ],
    ['xai/grok-imagine-image-2.0', 'generation', { parameters: { resolution: '2K' } }, 80_000, 80_000],
    // Four megapixels: the first at 0.03, three at 0.015.
    ['bfl/flux-2-pro', 'generation', { parameters: { size: '2048x2048' } }, 75_000, 75_000],
    // And one of an input image.
    ['bfl/flux-2-max', 'edit', { parameters: { size: '1024x1024' } }, 100_000, 100_000],
    ['bfl/flux-2-klein-4b', 'generation', {}, 14_000, 14_000],
    ['bfl/flux-3-image', 'generation', {}, 48_000, 48_000],
    ['fal/fal-ai/flux-2-pro', 'edit', { parameters: { size: '1024x1024' } }, 45_000, 45_000],
    ['fal/fal-ai/flux/dev', 'generation', { n: 4, parameters: { size: '1536x1024' } }, 200_000, 200_000],
    [
      'fal/fal-ai/nano-banana-2',
      'generation',
      { n: 2, parameters: { resolution: '4K' }, extra: { enable_web_search: true } },
      350_000,
      350_000,
    ],
    ['replicate/black-forest-labs/flux-2-pro', 'generation', {}, 30_000, 30_000],
    ['replicate/google/nano-banana-pro', 'generation', { parameters: { resolution: '4K' } }, 300_000, 300_000],
    ['stability/sd3.5-large', 'generation', {}, 65_000, 65_000],
    ['bedrock/stability.stable-image-ultra-v1:1', 'generation', {}, 140_000, 140_000],
    ['recraft/recraftv4_1_flash', 'generation', { n: 6 }, 42_000, 42_000],
    ['ideogram/ideogram-v4', 'generation', { parameters: { quality: 'low' } }, 30_000, 30_000],
    ['ideogram/ideogram-v3', 'generation', { n: 2, parameters: { background: 'transparent' } }, 140_000, 140_000],
    ['ideogram/ideogram-v3', 'variation', { parameters: { quality: 'high' } }, 90_000, 90_000],
    ['together/black-forest-labs/FLUX.2-dev', 'generation', { n: 2 }, 32_296, 32_296],
  ])('%s for a(n) %s with %o is, in micro-dollars, %i and at most %i', (name, operation, changes, likely, worst) => {
    const asked: Submission = { operation, prompt: 'a boat', n: 1, parameters: {}, extra: {}, ...changes };
    const { quote } = plan(catalog.resolve(name), asked, operation === 'generation' ? [] : [image], undefined);
    expect(quote).toMatchObject({ likely, worst });
  });
});

describe('the quotes of the catalogue', () => {
  it('are above 0, and never above the worst', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const { quote } = planOf(wish);
        expect(quote?.likely).toBeGreaterThan(0);
        expect(quote?.worst).toBeGreaterThanOrEqual(quote?.likely ?? Number.POSITIVE_INFINITY);
        expect(Object.values(quote ?? {}).every(Number.isSafeInteger)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are what a request costs that makes all its images, if the price is certain', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const { quote, request } = planOf(wish);
        if (quote?.each === undefined) return;
        const price = catalog.price(wish.served.candidate);
        const all = costOf(quote, price, { asked: request.n, made: request.n });
        expect(all).toMatchObject({ micros: quote.likely, from: 'price_list' });
        expect(quote.worst).toBe(quote.likely);
        const none = costOf(quote, price, { asked: request.n, made: 0 });
        expect(none?.micros).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
