import { describe, expect, it } from 'vitest';
import type { Warning } from '../../../../lambda/domain/generation.ts';
import { itemLimits } from '../../../../lambda/domain/jobs/item-limits.ts';
import { boundedPlan, keptPlan } from '../../../../lambda/domain/jobs/kept-plan.ts';

const planned = (warnings: readonly Warning[], parameters = {}) =>
  keptPlan({
    request: { operation: 'generation', model: 'm', prompt: '', n: 1, images: [], parameters, extra: {} },
    deployment: 'deployed-m',
    warnings,
  });

const warningsOf = (count: number, messageBytes: number): readonly Warning[] =>
  Array.from({ length: count }, (_, at) => ({
    code: 'param_dropped',
    message: `${at}`.padEnd(messageBytes, 'x'),
  }));

describe(keptPlan, () => {
  it('keeps what the result tells of the request, and nothing else of it', () => {
    expect(planned([], { background: 'opaque', quality: 'high', seed: 1 })).toEqual({
      deployment: 'deployed-m',
      background: 'opaque',
      quality: 'high',
      warnings: [],
    });
  });

  it('leaves the warnings as they are, however many and long', () => {
    const warnings = warningsOf(40, 1000);
    expect(planned(warnings).warnings).toEqual(warnings);
  });
});

describe(boundedPlan, () => {
  it('keeps every warning where they are short', () => {
    const plan = planned(warningsOf(itemLimits.warnings, 60));
    expect(boundedPlan(plan)).toEqual(plan);
  });

  it('keeps as many long ones as have room, and counts the others', () => {
    const { warnings } = boundedPlan(planned(warningsOf(itemLimits.warnings, 380)));
    const kept = warnings.length - 1;
    expect(kept).toBeGreaterThan(2);
    expect(warnings.at(-1)).toMatchObject({ code: 'warnings_omitted', count: itemLimits.warnings - kept });
    expect(Buffer.byteLength(JSON.stringify(warnings))).toBeLessThanOrEqual(itemLimits.planWarningBytes);
  });

  it('counts the same again where the next ticket is kept', () => {
    const once = boundedPlan(planned(warningsOf(40, 380)));
    expect(boundedPlan(once)).toEqual(once);
  });
});
