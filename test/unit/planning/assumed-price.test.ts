import { describe, expect, it } from 'vitest';
import type { PlanRequest } from '../../../lambda/domain/ports.ts';
import { withAssumedPrice } from '../../../lambda/planning/assumed-price.ts';
import { createApiFixture, received } from '../../support/api-fixture.ts';

const { plan } = createApiFixture().submitting;
const ask = (planned: PlanRequest, n: number) =>
  planned({ provider: 'openai', model: 'good' }, { ...received().submission, n }, [], undefined).quote;

describe(withAssumedPrice, () => {
  it('assumes so much for each image that is asked for, as the worst alone', () => {
    expect(ask(withAssumedPrice(plan, 0.25), 3)).toEqual({ worst: 750_000 });
    expect(ask(withAssumedPrice(plan, 0), 3)).toEqual({ worst: 0 });
  });

  it('leaves a known price', () => {
    const known = { worst: 7, likely: 5 };
    expect(
      ask(
        withAssumedPrice((...asked) => ({ ...plan(...asked), quote: known }), 0.25),
        1,
      ),
    ).toBe(known);
  });

  it('leaves an unknown price unknown where nothing is assumed', () => {
    expect(ask(withAssumedPrice(plan, 'none'), 1)).toBeUndefined();
  });
});
