import type { Micros } from '../../domain/money/micros.ts';

/** A larger figure is misread rather than charged: $1,000. */
const maxMicros = 1_000_000_000;

/**
 * What a provider says that it charged for one request. `microsPerUnit` is how many micro-dollars its unit is worth. Undefined where
 * it says nothing, or a figure that can't be true: below zero, not finite, or above $1,000.
 */
export function costSaid(figure: unknown, microsPerUnit: number): Micros | undefined {
  const units = typeof figure === 'string' && /^\d+(\.\d+)?$/.test(figure) ? Number(figure) : figure;
  if (typeof units !== 'number' || !(units >= 0)) return undefined;
  const micros = Math.round(units * microsPerUnit);
  return micros <= maxMicros ? micros : undefined;
}
