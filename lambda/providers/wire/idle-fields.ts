import type { JsonValue, Warning } from '../../domain/generation.ts';

/**
 * A warning for each field that is given and that this request in particular can't carry, though the model takes it.
 */
export const idleFields = (given: Readonly<Record<string, JsonValue | undefined>>, why: string): readonly Warning[] =>
  Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([param]) => ({ code: 'param_dropped', param, message: `\`${param}\` was left out: ${why}.` }));
