import { describe, expect, it } from 'vitest';
import { chooseCandidates, type Wanted } from '../../../../lambda/application/submit/choose-candidates.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { accessTo } from '../../../../lambda/domain/keys/virtual-key.ts';
import type { PlanRequest } from '../../../../lambda/domain/ports.ts';
import { createApiFixture, received } from '../../../support/api-fixture.ts';

const { catalog, plan } = createApiFixture().submitting;
const wanted = (over: Partial<Wanted> = {}): Wanted => {
  const { model, fallbacks, submission } = received();
  return { model, fallbacks, submission, images: [], mask: undefined, needsPrice: false, ...over };
};
const all = { '*': ['*'] };
const good = { provider: 'openai', model: 'good' };
const better = { provider: 'openai', model: 'better' };

describe('chooseCandidates', () => {
  it('puts the asked model first, then the fallbacks in their order', () => {
    const chosen = chooseCandidates(catalog, plan, all, wanted({ fallbacks: ['openai/better'] }));
    expect(chosen).toEqual({ candidates: [good, better], worst: 0, warnings: [] });
  });

  it.each(['openai/none', 'nobody/good', 'openai/odd'])('drops the fallback %s with a warning', (name) => {
    const chosen = chooseCandidates(catalog, plan, all, wanted({ fallbacks: [name, 'openai/better'] }));
    expect(chosen.candidates).toEqual([good, better]);
    expect(chosen.warnings).toMatchObject([{ code: 'fallback_dropped', param: 'fallbacks' }]);
  });

  it('lets a fallback stand in for an asked model that can not serve, and says so', () => {
    const chosen = chooseCandidates(catalog, plan, all, wanted({ model: 'openai/odd', fallbacks: ['openai/good'] }));
    expect(chosen.candidates).toEqual([good]);
    expect(chosen.warnings).toEqual([
      { code: 'candidate_dropped', param: 'model', message: 'The model odd can not do this.' },
    ]);
  });

  it("gives the asked model's reason when nothing can serve", () => {
    expect(() =>
      chooseCandidates(catalog, plan, all, wanted({ model: 'openai/odd', fallbacks: ['openai/odd'] })),
    ).toThrow(expect.objectContaining({ code: 'unsupported_operation', message: 'The model odd can not do this.' }));
  });

  it('names the parameter that stands in the way, where it is one', () => {
    const pickyPlan = () => {
      throw new ProviderFailure('unsupported', 'That is too far.', { param: 'left' });
    };
    expect(() => chooseCandidates(catalog, pickyPlan, all, wanted())).toThrow(
      expect.objectContaining({ code: 'unsupported_operation', param: 'left' }),
    );
  });

  it('refuses what no model can do, also where a fallback is named', () => {
    const strictPlan = () => {
      throw new ProviderFailure('invalid', 'The size is too small.', { param: 'size' });
    };
    expect(() => chooseCandidates(catalog, strictPlan, all, wanted({ fallbacks: ['openai/better'] }))).toThrow(
      expect.objectContaining({ code: 'invalid_value', param: 'size', message: 'The size is too small.' }),
    );
  });

  it.each([
    ['nobody/good', 'unknown_provider'],
    ['openai/none', 'invalid_value'],
  ])('refuses the asked model %s, whatever the fallbacks', (model, code) => {
    const what = wanted({ model, fallbacks: ['openai/good'] });
    expect(() => chooseCandidates(catalog, plan, all, what)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    [{}, 'provider_blocked'],
    [{ openai: [] }, 'provider_blocked'],
    [{ openai: ['better'] }, 'model_blocked'],
    [{ openai: ['better'], '*': ['*'] }, 'model_blocked'],
  ])('refuses an asked model that the key may not use: %j', (providers, code) => {
    const what = wanted({ fallbacks: ['openai/better'] });
    expect(() => chooseCandidates(catalog, plan, providers, what)).toThrow(
      expect.objectContaining({ code, param: 'model' }),
    );
  });

  it('takes a right to a model for one to its dated snapshots, and not the other way round', () => {
    expect(accessTo({ openai: ['good'] }, 'openai', 'good-2026-04-21')).toBe('allowed');
    expect(accessTo({ openai: ['good-2026-04-21'] }, 'openai', 'good-2026-04-21')).toBe('allowed');
    expect(accessTo({ openai: ['good-2026-04-21'] }, 'openai', 'good')).toBe('model_blocked');
    expect(accessTo({ openai: ['good'] }, 'openai', 'good-mini')).toBe('model_blocked');
  });

  it('drops a fallback that the key may not use', () => {
    const key = { openai: ['good'] };
    const chosen = chooseCandidates(catalog, plan, key, wanted({ fallbacks: ['openai/better'] }));
    expect(chosen.candidates).toEqual([good]);
    expect(chosen.warnings).toMatchObject([{ code: 'fallback_dropped' }]);
  });

  it('takes a fault of the plan for a fault, not for a model that can not serve', () => {
    const broken = () => {
      throw new TypeError('oops');
    };
    expect(() => chooseCandidates(catalog, broken, all, wanted())).toThrow(TypeError);
  });

  describe('with prices', () => {
    const prices: Readonly<Record<string, number>> = { good: 40_000, better: 210_000 };
    const priced =
      (known: readonly string[]): PlanRequest =>
      (candidate, ...rest) => {
        const planned = plan(candidate, ...rest);
        return known.includes(candidate.model)
          ? { ...planned, quote: { worst: prices[candidate.model] ?? 0 } }
          : planned;
      };
    const both = wanted({ fallbacks: ['openai/better'], needsPrice: true });

    it('says what one request to the dearest candidate costs at most', () => {
      expect(chooseCandidates(catalog, priced(['good', 'better']), all, both).worst).toBe(210_000);
      expect(chooseCandidates(catalog, priced(['good']), all, { ...both, needsPrice: false }).worst).toBe(40_000);
    });

    it('drops a fallback without a price where one is needed, and says what would help', () => {
      const chosen = chooseCandidates(catalog, priced(['good']), all, both);
      expect(chosen).toMatchObject({ candidates: [good], worst: 40_000 });
      expect(chosen.warnings).toMatchObject([{ code: 'fallback_dropped', param: 'fallbacks' }]);
      expect(chosen.warnings[0]?.message).toMatch(/^The price of "openai\/better" is unknown, .* unknownPriceUsd /);
    });

    it('refuses an asked model without a price where one is needed, whatever its fallbacks', () => {
      expect(() => chooseCandidates(catalog, priced(['better']), all, both)).toThrow(
        expect.objectContaining({ code: 'budget_exceeded', param: 'model' }),
      );
    });
  });
});
