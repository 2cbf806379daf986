import { describe, expect, it } from 'vitest';
import { newFileId } from '../../../../lambda/adapters/secrets/new-file-id.ts';
import { isFileId } from '../../../../lambda/domain/files/stored-file.ts';

describe(newFileId, () => {
  it('makes ids that sort by their time, and are never the same', () => {
    const times = [0, 1, 4095, 4096, Date.UTC(2026, 0), Date.UTC(2026, 0) + 1, Date.UTC(9999, 11)];
    const ids = times.map(newFileId);
    expect(ids.every(isFileId)).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(Array.from({ length: 100 }, () => newFileId(1))).size).toBe(100);
  });
});
