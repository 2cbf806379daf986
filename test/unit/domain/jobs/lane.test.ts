import { describe, expect, it } from 'vitest';
import { laneFor } from '../../../../lambda/domain/jobs/lane.ts';

const quick = { typicalSeconds: 19, isPolled: false };
const slow = { typicalSeconds: 20, isPolled: false };

describe(laneFor, () => {
  it('gives a job of a slow model an invocation alone, and lets others share theirs', () => {
    expect([laneFor([quick], 20), laneFor([slow], 20)]).toEqual(['shared', 'alone']);
  });

  it('counts fallbacks too: a batch would wait for them as well', () => {
    expect([laneFor([quick, slow], 20), laneFor([slow, quick], 20)]).toEqual(['alone', 'alone']);
  });

  it('lets jobs share an invocation whose images are polled, however long they take: no worker waits for them', () => {
    expect(laneFor([{ typicalSeconds: 600, isPolled: true }, quick], 20)).toBe('shared');
  });
});
