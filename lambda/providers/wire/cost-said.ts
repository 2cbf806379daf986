import { isCost, type Micros } from '../../domain/money/micros.ts';

/**
 * What a provider says that it charged for one request. `microsPerUnit` is how many micro-dollars its unit is worth. Undefined where
 * it says nothing, or a figure that can't be a cost.
 */
export function costSaid(figure: unknown, microsPerUnit: number): Micros | undefined {
  const units = typeof figure === 'string' && /^\d+(\.\d+)?$/.test(figure) ? Number(figure) : figure;
  // What is just below zero would be rounded to it.
  if (typeof units !== 'number' || units < 0) return undefined;
  const micros = Math.round(units * microsPerUnit);
  return isCost(micros) ? micros : undefined;
}
