import { describe, expect, it } from 'vitest';
import { assumedMask, assumeImage } from '../../../lambda/application/submit/assume-image.ts';
import type { InspectedImage } from '../../../lambda/application/submit/inspect-images.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { barest, catalog, works } from './every-request.ts';

const plan = createPlanRequest(catalog.specOf);
const given = { address: 'https://pictures.example/a', param: 'image' };
const assumed = assumeImage(() => undefined, given);
const inputOf = ({ source: _, ...facts }: InspectedImage): InputImage => ({ ...facts, key: 'a' });
const edits = works.filter(({ operation }) => operation !== 'generation');

describe('a submission whose images are yet to be fetched', () => {
  it('is one of every model that takes images', () => {
    expect(edits.length).toBeGreaterThan(100);
  });

  it.each(edits)('is planned and priced without them: $title', (work) => {
    const mask = work.editType === 'inpainting' ? inputOf(assumedMask(assumed, assumed)) : undefined;
    const known = { key: 'b', type: 'png', width: 1024, height: 1024, hasAlpha: true, bytes: 9 } as const;
    const planned = plan(work.candidate, barest(work), [inputOf(assumed)], mask);
    const asKnown = plan(work.candidate, barest(work), [known], mask && known);
    expect(planned.request.operation).toBe(asKnown.request.operation);
    expect(planned.quote === undefined).toBe(asKnown.quote === undefined);
  });
});
