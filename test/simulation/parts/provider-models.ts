import { GatewayError } from '../../../lambda/domain/error-code.ts';
import type { ModelPrice } from '../../../lambda/domain/money/model-price.ts';
import type { Quote } from '../../../lambda/domain/money/quote.ts';
import type { Catalog, PlanRequest } from '../../../lambda/domain/ports.ts';

/** A model as the stage's catalogue and its vendor know it. */
export interface Model {
  readonly provider: string;
  readonly name: string;
  readonly typicalSeconds: number;
  readonly timeoutSeconds: number;
  /** Images that one request makes at the most. */
  readonly imagesPerRequest: number;
  /** How it answers: with the images' bytes, with their addresses, or with a ticket and then their addresses. */
  readonly answers: 'bytes' | 'addresses' | 'tickets';
  /** How it charges: by the image, by tokens that it reports, an amount that it reports, or one that is not known beforehand or after. */
  readonly charges: 'images' | 'tokens' | 'as_reported' | 'unknown';
  /** Micro-dollars for an image: what it usually costs, and the most that it may. */
  readonly micros: { readonly likely: number; readonly worst: number };
  /** The hint, in seconds, of a vendor that has turned this model off for the day; undefined where it never does. */
  readonly shutHintSeconds?: number;
}

/** Every way in which a vendor can answer, and one model that its vendor shuts for everybody. */
export const models: readonly Model[] = [
  {
    ...{ provider: 'alpha', name: 'swift', typicalSeconds: 10, timeoutSeconds: 120, imagesPerRequest: 10 },
    ...{ answers: 'bytes', charges: 'images', micros: { likely: 40_000, worst: 40_000 } },
  },
  {
    ...{ provider: 'alpha', name: 'grand', typicalSeconds: 45, timeoutSeconds: 300, imagesPerRequest: 4 },
    ...{ answers: 'bytes', charges: 'tokens', micros: { likely: 120_000, worst: 240_000 } },
  },
  {
    ...{ provider: 'alpha', name: 'preview', typicalSeconds: 20, timeoutSeconds: 300, imagesPerRequest: 4 },
    ...{ answers: 'bytes', charges: 'unknown', micros: { likely: 0, worst: 0 }, shutHintSeconds: 3600 },
  },
  {
    ...{ provider: 'beta', name: 'single', typicalSeconds: 8, timeoutSeconds: 120, imagesPerRequest: 1 },
    ...{ answers: 'addresses', charges: 'images', micros: { likely: 20_000, worst: 20_000 } },
  },
  {
    ...{ provider: 'gamma', name: 'patient', typicalSeconds: 30, timeoutSeconds: 60, imagesPerRequest: 4 },
    ...{ answers: 'tickets', charges: 'as_reported', micros: { likely: 50_000, worst: 90_000 } },
  },
];

function named(model: string): Model {
  const known = models.find((each) => each.name === model);
  if (!known) throw new Error(`There is no model ${model}.`);
  return known;
}

/** Micro-dollars for a token that comes out. */
export const tokenMicros = 30;

const facts = { readOn: '2026-11-20', source: 'the simulation', refusal: 'unknown' } as const;

const tokenPrice: ModelPrice = {
  ...{ ...facts, kind: 'tokens', usdPerMillion: { textIn: 0, imageIn: 0, imageOut: tokenMicros } },
  ...{ imageTokens: { by: 'resolution', tokens: {} }, inputTokens: { likely: 0, max: 0 } },
};

/** What a request for so many images costs. */
function quoteFor({ charges, micros }: Model, images: number): { readonly quote?: Quote } {
  if (charges === 'unknown') return {};
  const [likely, worst] = [micros.likely * images, micros.worst * images];
  return { quote: { likely, worst, ...(charges === 'images' ? { each: micros.likely } : {}) } };
}

export const catalog: Catalog = {
  resolve(name) {
    const [provider = '', model = ''] = name.split('/');
    const known = models.find((each) => each.provider === provider && each.name === model);
    if (!known) throw new GatewayError('invalid_value', `There is no model ${name}.`, { param: 'model' });
    return { provider, model };
  },
  timing({ model }) {
    const known = named(model);
    return { ...known, isPolled: known.answers === 'tickets' };
  },
  price: ({ model }) => (named(model).charges === 'tokens' ? tokenPrice : undefined),
};

export const plan: PlanRequest = ({ model }, submission, images, mask) => {
  const known = named(model);
  const n = Math.min(submission.n, known.imagesPerRequest);
  return {
    request: { ...submission, n, model, prompt: submission.prompt ?? '', images, ...(mask ? { mask } : {}) },
    deployment: model,
    ...quoteFor(known, n),
    warnings: [{ code: 'param_dropped', param: 'style', message: `The model ${model} has no style.` }],
  };
};
