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
    expect(price?.readOn).toMatch(/^2026-\d\d-\d\d$/);
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
