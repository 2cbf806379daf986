import { describe, expect, it } from 'vitest';
import { cleanFileName } from '../../../../lambda/http/files/file-name.ts';

describe(cleanFileName, () => {
  it.each([
    ['cat.png', 'cat.png'],
    [' straße 🦊.png\r\n', 'straße 🦊.png'],
    ['a\u0000b\u001b[31mc\u202ed\u2028e\ufefff', 'ab[31mcdef'],
    ['half \ud800 a pair', 'half  a pair'],
    ['', 'file'],
    ['\u0007\u200b', 'file'],
    ['x'.repeat(300), 'x'.repeat(255)],
    ['🦊'.repeat(300), '🦊'.repeat(255)],
  ])('keeps of %j what can be seen', (name, kept) => {
    expect(cleanFileName(name)).toBe(kept);
  });
});
