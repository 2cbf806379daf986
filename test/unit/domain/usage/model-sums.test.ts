import { describe, expect, it } from 'vitest';
import { modelSumsOf } from '../../../../lambda/domain/usage/model-sums.ts';

const noon = Date.UTC(2026, 10, 28, 12);
const day = Date.UTC(2026, 10, 28);

describe(modelSumsOf, () => {
  it('sums up each model once in the day and the month', () => {
    const spends = ['bfl/a', 'bfl/b', 'bfl/a-2026-01-01'].map((model, at) => ({ model, micros: at + 1 }));
    expect(modelSumsOf([], spends, noon).map(({ period, model, micros }) => [period, model, micros])).toEqual([
      ['1d', 'bfl/a', 4],
      ['1M', 'bfl/a', 4],
      ['1d', 'bfl/b', 2],
      ['1M', 'bfl/b', 2],
    ]);
  });

  it('keeps one sum of all models beyond as many as an item holds', () => {
    const known = Array.from({ length: 200 }, (_, at) => ({
      ...{ period: '1d' as const, startsAt: day, model: `bfl/${at}`, micros: 1 },
    }));
    const spends = ['bfl/7', 'bfl/new', 'bfl/newer'].map((model) => ({ model, micros: 1 }));
    const inDay = modelSumsOf(known, spends, noon).filter(({ period }) => period === '1d');
    expect(inDay.map(({ model, micros }) => [model, micros])).toEqual([
      ['bfl/7', 1],
      ['other', 2],
    ]);
  });
});
