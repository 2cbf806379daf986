import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ModelPrice } from '../../../../lambda/domain/money/model-price.ts';
import { chargeOf } from '../../../../lambda/domain/money/refusal-charge.ts';

const priced = (refusal: ModelPrice['refusal']): ModelPrice => ({
  kind: 'image',
  source: 'a price list',
  refusal,
  rates: [{ usd: 0.04 }],
});

describe('chargeOf', () => {
  it.each([
    ['free', 'no'],
    ['billed', 'yes'],
    ['unknown', 'unknown'],
  ] as const)('takes a refusal that says nothing of it for %s by the price: billed %s', (refusal, billed) => {
    expect(chargeOf(new ProviderFailure('refused', 'No.'), priced(refusal))).toBe(billed);
  });

  it('does not know it without a price', () => {
    expect(chargeOf(new ProviderFailure('refused', 'No.'), undefined)).toBe('unknown');
  });

  it('believes the response before the price', () => {
    expect(chargeOf(new ProviderFailure('refused', 'No.', { billed: 'yes' }), priced('free'))).toBe('yes');
    expect(chargeOf(new ProviderFailure('refused', 'No.', { billed: 'no' }), priced('billed'))).toBe('no');
  });

  it('leaves other failures as they are', () => {
    expect(chargeOf(new ProviderFailure('unknown_outcome', 'Timeout.'), priced('free'))).toBe('unknown');
    expect(chargeOf(new ProviderFailure('overloaded', 'Busy.'), priced('billed'))).toBe('no');
  });
});
