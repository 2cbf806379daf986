import { describe, expect, it } from 'vitest';
import type { Warning } from '../../../../lambda/domain/generation.ts';
import { itemLimits } from '../../../../lambda/domain/jobs/item-limits.ts';
import { withWarnings } from '../../../../lambda/domain/jobs/warnings.ts';

const dropped = (count: number, prefix = 'field'): Warning[] =>
  Array.from({ length: count }, (_, at) => ({ code: 'param_dropped', param: `${prefix}${at}`, message: 'No.' }));
const missing: Warning = { code: 'images_missing', param: 'n', message: '1 of 2 images were made.' };

describe('withWarnings', () => {
  it('keeps as many as there may be', () => {
    expect(withWarnings([], dropped(16))).toEqual(dropped(16));
  });

  it('tells by the last one how many more there are', () => {
    expect(withWarnings([], dropped(61))).toEqual([
      ...dropped(15),
      { code: 'warnings_omitted', message: '46 further warnings are left out.', count: 46 },
    ]);
    expect(withWarnings(dropped(15), dropped(2, 'other'), 16).at(-1)).toMatchObject({ count: 2 });
    expect(withWarnings([], dropped(3), 2).at(-1)).toMatchObject({ message: '2 further warnings are left out.' });
  });

  it('says once what several requests say alike, and what they leave out alike', () => {
    const once = withWarnings([], dropped(61));
    expect(withWarnings(once, once)).toEqual(once);
    expect(withWarnings(dropped(3), dropped(3))).toEqual(dropped(3));
  });

  it('counts each of several fields whose names look alike once they are cut', () => {
    const alike = dropped(61).map((warning) => ({ ...warning, param: 'p', message: 'p was left out.' }));
    expect(withWarnings([], alike).at(-1)).toMatchObject({ count: 46 });
  });

  it('adds to what is left out already', () => {
    const once = withWarnings([], dropped(61));
    expect(withWarnings(once, dropped(2, 'other')).at(-1)).toMatchObject({ code: 'warnings_omitted', count: 48 });
  });

  it('never leaves out that images are missing', () => {
    const all = withWarnings(withWarnings([], dropped(61)), [missing]);
    expect(all).toHaveLength(16);
    expect(all).toContainEqual(missing);
    expect(all.at(-1)).toMatchObject({ code: 'warnings_omitted', count: 47 });
  });

  it('cuts what is too long', () => {
    const long: Warning = { code: 'param_dropped', param: 'p'.repeat(1000), message: '漢'.repeat(1000) };
    const [{ param = '', message } = missing] = withWarnings([], [long]);
    expect(Buffer.byteLength(param)).toBeLessThanOrEqual(itemLimits.paramBytes);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(itemLimits.warningMessageBytes);
    expect(message.endsWith('…')).toBe(true);
  });
});
