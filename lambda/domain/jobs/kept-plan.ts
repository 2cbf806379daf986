import { cutText, jsonTextBytes } from '../bytes/bounded-text.ts';
import type { Warning } from '../generation.ts';
import type { PlanRequest } from '../ports.ts';
import type { KeptPlan } from './attempt.ts';
import { itemLimits } from './item-limits.ts';
import { withWarnings } from './warnings.ts';

/** The part of a plan that the result reports. Its size has no bound yet: the result bounds what it takes of it. */
export function keptPlan({ request, deployment, warnings }: ReturnType<PlanRequest>): KeptPlan {
  const { background, quality } = request.parameters;
  return {
    deployment,
    ...(background === undefined ? {} : { background }),
    ...(quality === undefined ? {} : { quality: cutText(quality, itemLimits.saidBytes) }),
    warnings,
  };
}

/** The same with as many warnings as a ledger entry has room for. */
export const boundedPlan = (plan: KeptPlan): KeptPlan => ({ ...plan, warnings: fittingWarnings(plan.warnings) });

/** As many of the warnings as have room; the last one tells how many more there are. */
function fittingWarnings(warnings: readonly Warning[]): readonly Warning[] {
  for (let max: number = itemLimits.warnings; ; max -= 1) {
    const kept = withWarnings([], warnings, max);
    if (max <= 1 || jsonTextBytes(JSON.stringify(kept)) <= itemLimits.planWarningBytes) return kept;
  }
}
