import { describe, expect, it } from 'vitest';
import { cutText, cutTogether, jsonTextBytes, shownName } from '../../../../lambda/domain/bytes/bounded-text.ts';
import fc from '../../../support/seeded-fast-check.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const bytesInJson = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

describe('jsonTextBytes', () => {
  it('counts what JSON takes for a text in UTF-8, escapes included', () => {
    fc.assert(fc.property(anyText, (text) => void expect(jsonTextBytes(text)).toBe(bytesInJson(text))));
    for (const text of ['"\\\b\f\n\r\t\v\u0000\u001f\u007f', '\ud83e', 'é漢🪁\u2028']) {
      expect(jsonTextBytes(text)).toBe(bytesInJson(text));
    }
  });
});

describe('cutText', () => {
  it('keeps a text that fits, and else the most of its beginning that fits with an ellipsis', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 3, max: 80 }), (text, maxBytes) => {
        const cut = cutText(text, maxBytes);
        if (bytesInJson(text) <= maxBytes) return void expect(cut).toBe(text);
        expect(bytesInJson(cut)).toBeLessThanOrEqual(maxBytes);
        const kept = cut.slice(0, -1);
        expect(cut.endsWith('…') && text.startsWith(kept)).toBe(true);
        const next = [...text.slice(kept.length)][0] ?? '';
        return void expect(bytesInJson(`${kept}${next}…`)).toBeGreaterThan(maxBytes);
      }),
    );
  });

  it('cuts between code points', () => {
    expect(cutText('🪁🪁🪁', 11)).toBe('🪁🪁…');
    expect(cutText('🪁🪁🪁', 10)).toBe('🪁…');
  });
});

describe('cutTogether', () => {
  it('leaves short texts whole, and shares what is left among the long ones', () => {
    expect(cutTogether(['a'.repeat(100), 'short', 'b'.repeat(100)], 45)).toEqual([
      `${'a'.repeat(17)}…`,
      'short',
      `${'b'.repeat(17)}…`,
    ]);
    expect(cutTogether(['a', 'bc'], 3)).toEqual(['a', 'bc']);
  });

  it('never passes the bytes that all may take', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 12 }), fc.integer({ min: 0, max: 200 }), (texts, maxBytes) => {
        const cut = cutTogether(texts, maxBytes);
        expect(cut).toHaveLength(texts.length);
        expect(cut.reduce((sum, text) => sum + bytesInJson(text), 0)).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });
});

describe('shownName', () => {
  it('shows what can not be seen as an escape, and 64 characters at most', () => {
    expect(shownName('a\u0001b\u202ec\ud83e')).toBe('a\\u{1}b\\u{202e}c\\u{d83e}');
    expect(shownName('🪁'.repeat(64))).toBe('🪁'.repeat(64));
    expect(shownName('🪁'.repeat(65))).toBe(`${'🪁'.repeat(64)}…`);
  });
});
