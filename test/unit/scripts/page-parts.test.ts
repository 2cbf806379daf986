import { describe, expect, it } from 'vitest';
import { withParts } from '../../../scripts/page-parts.ts';

const page = '# Page\n\n<!-- generated: one -->\nold\n<!-- end -->\n\nBy hand.\n';

describe('withParts', () => {
  it('replaces what is between the marks, and nothing else, as often as it runs', () => {
    const once = withParts(page, { one: 'new' });
    expect(once).toBe('# Page\n\n<!-- generated: one -->\n\nnew\n\n<!-- end -->\n\nBy hand.\n');
    expect(withParts(once, { one: 'new' })).toBe(once);
  });

  it('refuses a mark that there is no part for, and a part without a mark', () => {
    expect(() => withParts(page, {})).toThrow('no generated part "one"');
    expect(() => withParts(page, { one: 'new', two: 'lost' })).toThrow('no mark for two');
  });
});
