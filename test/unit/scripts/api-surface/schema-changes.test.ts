import { describe, expect, it } from 'vitest';
import type { Part } from '../../../../scripts/api-surface/api-change.ts';
import { SchemaComparison } from '../../../../scripts/api-surface/schema-changes.ts';

/** What changes of a schema say to callers who send it and to those who receive it: `!` is breaking, `.` is not. */
function judged(before: Part, after: Part, schemas: readonly [Part, Part] = [{}, {}]) {
  const [old, now] = [0, 1].map((at): Part => ({ components: { schemas: schemas[at] } }));
  const say = (direction: 'request' | 'response') =>
    new SchemaComparison(old ?? {}, now ?? {}, direction)
      .changes('it', { before, after })
      .map(({ where, what, breaking }) => `${breaking ? '!' : '.'} ${where} ${what}`);
  return { sent: say('request'), received: say('response') };
}

/** The first letters alone, both ways. */
const marks = (before: Part, after: Part): string => {
  const { sent, received } = judged(before, after);
  return `${sent.map(([mark]) => mark).join('')} ${received.map(([mark]) => mark).join('')}`;
};

const object = (properties: Part, required: readonly string[] = []): Part => ({ type: 'object', properties, required });
const text = { type: 'string' };

describe(SchemaComparison, () => {
  it('breaks who sends by what is narrower, and who receives by what is wider', () => {
    const cases: readonly (readonly [string, Part, Part])[] = [
      ['a type', { type: ['string', 'null'] }, { type: 'string' }],
      ['a number that is whole', { type: 'number' }, { type: 'integer' }],
      ['any type', {}, { type: 'string' }],
      ['a value', { enum: ['a', 'b'] }, { enum: ['a'] }],
      ['one value', { enum: ['a', 'b'] }, { const: 'a' }],
      ['any value', { type: 'string' }, { type: 'string', enum: ['a'] }],
      ['a pattern', { type: 'string' }, { type: 'string', pattern: '^a' }],
      ['a format', { type: 'string' }, { type: 'string', format: 'uri' }],
      ['an alternative', { anyOf: [text, { type: 'integer' }] }, { anyOf: [text] }],
      ['several kinds', { anyOf: [text, { type: 'integer' }] }, text],
      ['all kinds', {}, { oneOf: [text, { type: 'integer' }] }],
      ['the members of a list', { type: 'array' }, { type: 'array', items: text }],
      ['a member of a list', { items: { enum: ['a', 'b'] } }, { items: { enum: ['a'] } }],
      ['a needed combination', object({}), { ...object({}), anyOf: [{ required: ['a'] }, { required: ['b'] }] }],
      ['members of any name', { additionalProperties: { type: ['string', 'null'] } }, { additionalProperties: text }],
    ];
    for (const [name, wide, narrow] of cases) {
      expect(marks(wide, narrow), `${name}, less`).toBe('! .');
      expect(marks(narrow, wide), `${name}, more`).toBe('. !');
    }
  });

  it('knows the type of listed values', () => {
    expect(marks({ enum: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] })).toBe(' ');
    expect(marks({ type: 'string' }, { enum: ['a', 'b'] })).toBe('! .');
    expect(marks({ enum: ['a', null, 1, []] }, { type: ['string', 'null', 'integer', 'array'] })).toBe('. !');
  });

  it('lets bounds of what is received move', () => {
    for (const [name, wide, narrow] of [
      ['minimum', 1, 2],
      ['maximum', 2, 1],
      ['minLength', 1, 2],
      ['maxLength', 2, 1],
      ['minItems', 0, 1],
      ['maxItems', 5, 4],
    ] as const) {
      expect(marks({ [name]: wide }, { [name]: narrow }), name).toBe('! .');
      expect(marks({ [name]: narrow }, { [name]: wide }), name).toBe('. .');
      expect(marks({}, { [name]: narrow }), name).toBe('! .');
      expect(marks({ [name]: narrow }, {}), name).toBe('. .');
    }
  });

  it('breaks both ways where a pattern or format is another, and where it knows nothing of a keyword', () => {
    expect(marks({ pattern: 'a' }, { pattern: 'b' })).toBe('!. .!');
    expect(marks({ allOf: [text] }, { allOf: [{ type: 'integer' }] })).toBe('! !');
    expect(judged({ default: 1 }, { default: 2 }).sent).toEqual([
      '! it default changed; there is no rule for it, so review it',
    ]);
  });

  it('lets fields be added, and breaks where one goes', () => {
    expect(marks(object({ a: text }), object({ a: text, b: text }))).toBe('. .');
    expect(marks(object({ a: text, b: text }), object({ a: text }))).toBe('! !');
    expect(judged(object({ a: object({ b: text }) }), object({ a: object({ b: { type: 'null' } }) })).sent).toEqual([
      '! it.a.b type "string" removed',
      '. it.a.b type "null" added',
    ]);
  });

  it('breaks who sends by a field that is required, and who receives by one that may be missing', () => {
    expect(marks(object({ a: text }), object({ a: text }, ['a']))).toBe('! .');
    expect(marks(object({ a: text }, ['a']), object({ a: text }))).toBe('. !');
    expect(marks(object({}), object({ a: text }, ['a']))).toBe('.! ..');
    expect(judged(object({ a: text }, ['a']), object({})).received).toEqual(['! it property a removed']);
  });

  it('breaks who sends where an object takes no other fields any more', () => {
    expect(marks({ type: 'object' }, { type: 'object', additionalProperties: false })).toBe('! .');
    expect(marks({ type: 'object', additionalProperties: false }, { type: 'object' })).toBe('. .');
  });

  it('takes for the older and newer form of one alternative what is of one kind', () => {
    const before = { anyOf: [{ type: 'string', maxLength: 9 }, { type: 'array' }] };
    const after = { anyOf: [{ type: 'array' }, { type: 'string', maxLength: 5 }] };
    expect(judged(before, after).sent).toEqual(['! it maxLength tightened from 9 to 5']);
    expect(marks(text, { anyOf: [text, { type: 'integer' }] })).toBe('. !');
  });

  it('tells once of what is shared, finds it behind equal references, and ends where it holds itself', () => {
    const tree = (leaf: Part) => ({
      Tree: object({ leaf, below: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }),
    });
    const at = { $ref: '#/components/schemas/Tree' };
    const holder = object({ a: at, b: { anyOf: [at, { type: 'null' }] } });
    const { sent } = judged(holder, holder, [tree(text), tree({ type: 'integer' })]);
    expect(sent).toEqual([
      '! Tree in requests.leaf type "string" removed',
      '. Tree in requests.leaf type "integer" added',
    ]);
  });

  it('compares what equal alternatives refer to', () => {
    const union = { anyOf: [{ $ref: '#/components/schemas/Name' }, { type: 'null' }] };
    const { received } = judged(union, union, [{ Name: text }, { Name: { type: ['string', 'integer'] } }]);
    expect(received).toEqual(['! Name in responses type "integer" added']);
  });

  it('looks through a reference that takes the place of what it stands for, at each place', () => {
    const at = { $ref: '#/components/schemas/Name' };
    const before = object({ a: text, b: { type: 'integer' } });
    expect(judged(before, object({ a: at, b: at }), [{}, { Name: text }]).sent).toEqual([
      '! it.b type "integer" removed',
      '. it.b type "string" added',
    ]);
    expect(() => judged(text, at)).toThrow('leads nowhere');
  });

  it('looks at no order of members, and at no prose', () => {
    expect(marks({ enum: ['a', 'b'], description: 'x' }, { description: 'y', enum: ['b', 'a'], title: 'z' })).toBe(' ');
  });
});
