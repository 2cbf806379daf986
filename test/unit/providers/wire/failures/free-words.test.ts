import { describe, expect, it } from 'vitest';
import { isFree } from '../../../../../lambda/providers/wire/failures/free-words.ts';

describe('isFree', () => {
  it.each([
    'You will not be charged for blocked images.',
    'Your request was flagged, and you were not charged.',
    "You won't be billed for it.",
    'No charge was made.',
    'Your credits were refunded.',
  ])('reads %s', (message) => {
    expect(isFree(message)).toBe(true);
  });

  it.each(['', 'You were charged 4 credits.', 'No credits are left.', 'The image was not generated.'])(
    'reads nothing of it in %s',
    (message) => {
      expect(isFree(message)).toBe(false);
    },
  );
});
