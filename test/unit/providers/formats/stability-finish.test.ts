import { describe, expect, it } from 'vitest';
import { failureOfFinish } from '../../../../lambda/providers/formats/stability-finish.ts';

describe('failureOfFinish', () => {
  it.each([undefined, 'SUCCESS'])('is none for %j', (reason) => {
    expect(failureOfFinish(reason)).toBeUndefined();
  });

  it.each([
    ['CONTENT_FILTERED', "The provider's moderation withheld the image."],
    ['Filter reason: output image', "The provider's moderation withheld the image."],
    ['Filter reason: prompt', "The provider's moderation refused the prompt."],
    ['Filter reason: input image', "The provider's moderation refused the input image."],
  ])('is a refusal for %j, which may have been charged', (reason, message) => {
    expect(failureOfFinish(reason)).toMatchObject({ kind: 'refused', billed: 'unknown', statusCode: 200, message });
  });

  it.each(['Inference error', 'ERROR'])(
    'asks once more and no more after %j, which may have been charged',
    (reason) => {
      expect(failureOfFinish(reason)).toMatchObject({ kind: 'malformed', billed: 'unknown', statusCode: 200 });
    },
  );
});
