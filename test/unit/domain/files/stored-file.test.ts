import { describe, expect, it } from 'vitest';
import { isFileId, isLiving } from '../../../../lambda/domain/files/stored-file.ts';

describe(isFileId, () => {
  it.each(['file-0123456789abcdef0123456789abcdef'])('takes %s', (id) => {
    expect(isFileId(id)).toBe(true);
  });

  it.each([
    'file-0123456789ABCDEF0123456789ABCDEF',
    'file-0123456789abcdef0123456789abcde',
    'file-0123456789abcdef0123456789abcdef0',
    'file-0123456789abcdef0123456789abcdef\n',
    '0123456789abcdef0123456789abcdef',
    'total',
    '',
  ])('takes no %j', (id) => {
    expect(isFileId(id)).toBe(false);
  });
});

describe(isLiving, () => {
  it('ends at the very instant of the expiry', () => {
    expect([999, 1000].map((now) => isLiving({ state: 'uploaded', expiresAt: 1000 }, now))).toEqual([true, false]);
  });
});
