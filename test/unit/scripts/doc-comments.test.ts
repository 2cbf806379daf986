import { describe, expect, it } from 'vitest';
import { documentedFields } from '../../../scripts/doc-comments.ts';

const source = `/** Another one. */
export interface Other {
  /** Not this. */
  readonly no: string;
}

export interface Stage extends Other {
  /** The name. */
  readonly name: string;
  /**
   * Seconds of a lease,
   * renewed in between.
   * @default 120
   */
  readonly leaseSeconds?: number;
}

export const limits = {
  /** Parts of a form. */
  parts: 64,
  /** Their names. */
  names,
} as const;
`;

describe('documentedFields', () => {
  it('reads the fields of one interface with what their comments say', () => {
    expect(documentedFields(source, 'export interface Stage')).toEqual([
      { name: 'name', isOptional: false, text: 'string', description: 'The name.', byDefault: undefined },
      {
        name: 'leaseSeconds',
        isOptional: true,
        text: 'number',
        description: 'Seconds of a lease, renewed in between.',
        byDefault: '120',
      },
    ]);
  });

  it('reads the entries of an object', () => {
    expect(documentedFields(source, 'export const limits')).toMatchObject([
      { name: 'parts', text: '64' },
      { name: 'names', text: '', description: 'Their names.' },
    ]);
  });

  it('refuses a field without a comment, and a source without the declaration', () => {
    expect(() => documentedFields('export interface A {\n  readonly b: string;\n}\n', 'export interface A')).toThrow(
      'export interface A: b has no doc comment.',
    );
    expect(() => documentedFields(source, 'export interface Stag')).toThrow('no "export interface Stag"');
  });
});
