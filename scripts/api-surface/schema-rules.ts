import { isSame, listOf, type Part } from './api-change.ts';

/** A change of a schema, by what it does to the set of valid values. */
export interface Shift {
  readonly what: string;
  readonly to: 'narrower' | 'wider';
  /** Responses may change in this way: clients don't validate it. */
  readonly requestOnly?: boolean;
}

/** Changes of the keywords that apply to the value itself, not to its members. */
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

/** All keywords that `ownShifts` compares. */
export const ownKeywords: readonly string[] = ['type', 'enum', 'const', ...minimums, ...maximums, ...forms];

const listed = (values: readonly unknown[]): string => values.map((each) => JSON.stringify(each)).join(', ');

/** The values of `enum` or `const`; undefined where any value is allowed. */
const valuesOf = (schema: Part): readonly unknown[] | undefined =>
  'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : undefined;

/** The types that a schema allows, inferred from its values where it names none; undefined for any type. */
function typesOf(schema: Part): readonly unknown[] | undefined {
  const { type = valuesOf(schema)?.map(typeOfValue) } = schema;
  return type === undefined || Array.isArray(type) ? type : [type];
}

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** Whether a type is allowed, `number` allowing integers. */
const covers = (types: readonly unknown[], type: unknown): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'));

function typeShifts(before: Part, after: Part): readonly Shift[] {
  const [old, now] = [typesOf(before), typesOf(after)];
  if (old === undefined)
    return now === undefined ? [] : [{ what: `type restricted to ${listed(now)}`, to: 'narrower' }];
  if (now === undefined) return [{ what: `type ${listed(old)} widened to any`, to: 'wider' }];
  const removed = [...new Set(old)].filter((type) => !covers(now, type));
  const added = [...new Set(now)].filter((type) => !covers(old, type));
  return [
    ...(removed.length > 0 ? [{ what: `type ${listed(removed)} removed`, to: 'narrower' } as const] : []),
    ...(added.length > 0 ? [{ what: `type ${listed(added)} added`, to: 'wider' } as const] : []),
  ];
}

function valueShifts(before: Part, after: Part): readonly Shift[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (old === undefined)
    return now === undefined ? [] : [{ what: `values restricted to ${listed(now)}`, to: 'narrower' }];
  if (now === undefined) return [{ what: `values no longer restricted to ${listed(old)}`, to: 'wider' }];
  const has = (values: readonly unknown[], value: unknown) => values.some((each) => isSame(each, value));
  const removed = old.filter((value) => !has(now, value));
  const added = now.filter((value) => !has(old, value));
  return [
    ...(removed.length > 0 ? [{ what: `value ${listed(removed)} removed`, to: 'narrower' } as const] : []),
    ...(added.length > 0
      ? [{ what: `value ${listed(added)} added, which may break exhaustive switches`, to: 'wider' } as const]
      : []),
  ];
}

/** `upward` is 1 where a greater bound is tighter. */
function boundShifts(name: string, before: unknown, after: unknown, upward: 1 | -1): readonly Shift[] {
  if (isSame(before, after)) return [];
  const number = (bound: unknown) => (typeof bound === 'number' ? bound : upward * Number.NEGATIVE_INFINITY);
  const tighter = upward * (number(after) - number(before)) > 0;
  const what = `${name} ${tighter ? 'tightened' : 'relaxed'} from ${before ?? 'none'} to ${after ?? 'none'}`;
  return [{ what, to: tighter ? 'narrower' : 'wider', requestOnly: true }];
}

/**
 * It can't be decided whether one pattern or format includes another, so a change counts as both narrower and wider.
 */
function formShifts(name: string, before: unknown, after: unknown): readonly Shift[] {
  if (isSame(before, after)) return [];
  if (before === undefined) return [{ what: `${name} ${listed([after])} added`, to: 'narrower' }];
  if (after === undefined) return [{ what: `${name} ${listed([before])} removed`, to: 'wider' }];
  const what = `${name} changed from ${listed([before])} to ${listed([after])}`;
  return [
    { what, to: 'narrower' },
    { what, to: 'wider' },
  ];
}

/** An object's required properties. */
export const requiredOf = (schema: Part): readonly string[] => listOf(schema.required).map(String);
