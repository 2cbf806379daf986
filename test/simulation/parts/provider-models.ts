import { GatewayError } from '../../../lambda/domain/error-code.ts';
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
  /** The hint, in seconds, of a vendor that has turned this model off for the day; undefined where it never does. */
  readonly shutHintSeconds?: number;
}

/** Every way in which a vendor can answer, and one model that its vendor shuts for everybody. */
export const models: readonly Model[] = [
  { provider: 'alpha', name: 'swift', typicalSeconds: 10, timeoutSeconds: 120, imagesPerRequest: 10, answers: 'bytes' },
  { provider: 'alpha', name: 'grand', typicalSeconds: 45, timeoutSeconds: 300, imagesPerRequest: 4, answers: 'bytes' },
  {
    provider: 'alpha',
    name: 'preview',
    typicalSeconds: 20,
    timeoutSeconds: 300,
    imagesPerRequest: 4,
    answers: 'bytes',
    shutHintSeconds: 3600,
  },
  {
    provider: 'beta',
    name: 'single',
    typicalSeconds: 8,
    timeoutSeconds: 120,
    imagesPerRequest: 1,
    answers: 'addresses',
  },
  {
    provider: 'gamma',
    name: 'patient',
    typicalSeconds: 30,
    timeoutSeconds: 60,
    imagesPerRequest: 4,
    answers: 'tickets',
  },
];

export const catalog: Catalog = {
  resolve(name) {
    const [provider = '', model = ''] = name.split('/');
    const known = models.find((each) => each.provider === provider && each.name === model);
    if (!known) throw new GatewayError('invalid_value', `There is no model ${name}.`, { param: 'model' });
    return { provider, model };
  },
  price: () => undefined,
  timing({ model }) {
    const known = models.find((each) => each.name === model);
    if (!known) throw new Error(`There is no model ${model}.`);
    return { ...known, isPolled: known.answers === 'tickets' };
  },
};

export const plan: PlanRequest = ({ model }, submission, images, mask) => ({
  request: {
    ...submission,
    n: Math.min(submission.n, models.find((each) => each.name === model)?.imagesPerRequest ?? 1),
    model,
    prompt: submission.prompt ?? '',
    images,
    ...(mask ? { mask } : {}),
  },
  deployment: model,
  warnings: [{ code: 'param_dropped', param: 'style', message: `The model ${model} has no style.` }],
});
