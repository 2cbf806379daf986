import { isSame, listOf, type Part } from './api-change.ts';

/** What a change of a schema's own keywords does to the values that fit it. */
export interface Shift {
  readonly what: string;
  readonly to: 'narrower' | 'wider';
  /** Clients don't check it in what they receive, so there it breaks nothing. */
  readonly onlySent?: boolean;
}

/** Keywords of one schema that need no look at others. Values that JSON Schema leaves open count as "anything". */
export const ownShifts = (before: Part, after: Part): readonly Shift[] => [
  ...typeShifts(before, after),
  ...valueShifts(before, after),
  ...minimums.flatMap((name) => boundShifts(name, before[name], after[name], 1)),
  ...maximums.flatMap((name) => boundShifts(name, before[name], after[name], -1)),
  ...forms.flatMap((name) => formShifts(name, before[name], after[name])),
];

const minimums = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const maximums = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const forms = ['pattern', 'format', 'contentEncoding', 'contentMediaType', 'multipleOf', 'uniqueItems'];

/** All keywords that are looked at here. */
export const ownKeywords: readonly string[] = ['type', 'enum', 'const', ...minimums, ...maximums, ...forms];

const listed = (values: readonly unknown[]): string => values.map((each) => JSON.stringify(each)).join(', ');

/** The values that alone are allowed, where a schema lists them. */
const valuesOf = (schema: Part): readonly unknown[] | undefined =>
  'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : undefined;

/** The types of a schema, which its listed values may tell; undefined where it may be of any. */
function typesOf(schema: Part): readonly unknown[] | undefined {
  const { type = valuesOf(schema)?.map(typeOfValue) } = schema;
  return type === undefined || Array.isArray(type) ? type : [type];
}

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** Every integer is a number. */
const covers = (types: readonly unknown[], type: unknown): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'));

function typeShifts(before: Part, after: Part): readonly Shift[] {
  const [old, now] = [typesOf(before), typesOf(after)];
  if (old === undefined) return now === undefined ? [] : [{ what: `is only ${listed(now)} now`, to: 'narrower' }];
  if (now === undefined) return [{ what: `is of any type now, not only ${listed(old)}`, to: 'wider' }];
  const lost = [...new Set(old)].filter((type) => !covers(now, type));
  const gained = [...new Set(now)].filter((type) => !covers(old, type));
  return [
    ...(lost.length > 0 ? [{ what: `is never ${listed(lost)} any more`, to: 'narrower' } as const] : []),
    ...(gained.length > 0 ? [{ what: `may be ${listed(gained)}, too`, to: 'wider' } as const] : []),
  ];
}

function valueShifts(before: Part, after: Part): readonly Shift[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (old === undefined) return now === undefined ? [] : [{ what: `is only ${listed(now)} now`, to: 'narrower' }];
  if (now === undefined) return [{ what: `is not only ${listed(old)} any more`, to: 'wider' }];
  const has = (values: readonly unknown[], value: unknown) => values.some((each) => isSame(each, value));
  const lost = old.filter((value) => !has(now, value));
  const gained = now.filter((value) => !has(old, value));
  return [
    ...(lost.length > 0 ? [{ what: `lost the value ${listed(lost)}`, to: 'narrower' } as const] : []),
    ...(gained.length > 0
      ? [{ what: `gained the value ${listed(gained)}, which may break exhaustive switches`, to: 'wider' } as const]
      : []),
  ];
}

/** `upward` is 1 where a greater number allows less. */
function boundShifts(name: string, before: unknown, after: unknown, upward: 1 | -1): readonly Shift[] {
  if (isSame(before, after)) return [];
  const number = (bound: unknown) => (typeof bound === 'number' ? bound : upward * Number.NEGATIVE_INFINITY);
  const tighter = upward * (number(after) - number(before)) > 0;
  const what = `has ${name} ${after ?? 'unbounded'} instead of ${before ?? 'unbounded'}`;
  return [{ what, to: tighter ? 'narrower' : 'wider', onlySent: true }];
}

/** A form that changed fits neither what was sent nor what was expected; one pattern can't be told to include another. */
function formShifts(name: string, before: unknown, after: unknown): readonly Shift[] {
  if (isSame(before, after)) return [];
  if (before === undefined) return [{ what: `has the ${name} ${listed([after])} now`, to: 'narrower' }];
  if (after === undefined) return [{ what: `lost its ${name} ${listed([before])}`, to: 'wider' }];
  const what = `has the ${name} ${listed([after])} instead of ${listed([before])}`;
  return [
    { what, to: 'narrower' },
    { what, to: 'wider' },
  ];
}

/** The names that an object must have. */
export const requiredOf = (schema: Part): readonly string[] => listOf(schema.required).map(String);
