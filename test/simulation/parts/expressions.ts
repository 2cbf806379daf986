import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** The attributes of a row, by name. */
export type Row = Readonly<Record<string, AttributeValue>>;

/** What stands for the names and values of an expression. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

type Test = (row: Row, placeholders: Placeholders) => boolean;
/** A row that may be changed. */
export type Draft = Record<string, AttributeValue>;
type Change = (draft: Draft, placeholders: Placeholders) => void;

const tests = new Map<string, Test>();
const changes = new Map<string, readonly Change[]>();

/** Each expression is read once: the adapter sends few of them, by the thousand. */
function once<Meaning>(known: Map<string, Meaning>, text: string, read: (text: string) => Meaning): Meaning {
  const before = known.get(text);
  if (before !== undefined) return before;
  const meaning = read(text);
  known.set(text, meaning);
  return meaning;
}

/** Whether a condition expression holds of a row. Knows those forms that the stores of usage and of answers use; throws for any other. */
export const holds = (expression: string | undefined, row: Row, placeholders: Placeholders): boolean =>
  expression === undefined || once(tests, expression, readTest)(row, placeholders);

/** Makes the changes of an update expression to a row. */
export function update(expression: string, row: Draft, placeholders: Placeholders): void {
  for (const change of once(changes, expression, readChanges)) change(row, placeholders);
}

function readTest(expression: string): Test {
  const all = expression.split(' AND ').map((term) => {
    const some = term
      .replace(/^\((.*)\)$/, '$1')
      .split(' OR ')
      .map(readAtom);
    return some.length === 1
      ? (some[0] as Test)
      : (row: Row, given: Placeholders) => some.some((atom) => atom(row, given));
  });
  return (row, given) => all.every((term) => term(row, given));
}

function readAtom(atom: string): Test {
  const [, exists, existing = ''] = /^attribute_(exists|not_exists)\(([^()]+)\)$/.exec(atom) ?? [];
  if (exists !== undefined)
    return (row, { names }) => (valueAt(row, existing, names) !== undefined) === (exists === 'exists');
  const [, sized, path = '', is, limit = ''] = /^(size\()?([^() ]+)\)? (<|<=|=) (:\w+)$/.exec(atom) ?? [];
  if (is === undefined) throw new Error(`No condition like ${atom} is known here.`);
  return (row, { names, values }) => {
    const value = valueAt(row, path, names);
    if (value === undefined) return false;
    const wanted = values[limit];
    if (wanted?.S !== undefined) return is === '=' && value.S === wanted.S;
    const left = sized === undefined ? Number(value.N) : Object.keys(value.M ?? {}).length;
    const right = Number(wanted?.N);
    return left === right ? is !== '<' : left < right && is !== '=';
  };
}

function readChanges(expression: string): readonly Change[] {
  return [...expression.matchAll(/(SET|ADD|REMOVE) (.+?)(?= (?:SET|ADD|REMOVE) |$)/g)].flatMap(([, verb, list = '']) =>
    list.split(/, (?![^(]*\))/).map((item) => readChange(verb as 'SET' | 'ADD' | 'REMOVE', item)),
  );
}

function readChange(verb: 'SET' | 'ADD' | 'REMOVE', item: string): Change {
  if (verb === 'REMOVE') return (draft, { names }) => put(draft, item, names, undefined);
  const [path = '', value = ''] = item.split(verb === 'SET' ? ' = ' : ' ');
  if (verb === 'ADD')
    return (draft, { names, values }) => {
      const sum = Number(valueAt(draft, path, names)?.N ?? 0) + Number(values[value]?.N);
      put(draft, path, names, { N: String(sum) });
    };
  const [, fallback] = /^if_not_exists\([^,]+, (:\w+)\)$/.exec(value) ?? [];
  return (draft, { names, values }) => {
    const former = fallback === undefined ? undefined : valueAt(draft, path, names);
    put(draft, path, names, former ?? values[fallback ?? value]);
  };
}

function valueAt(row: Row, path: string, names: Placeholders['names']): AttributeValue | undefined {
  const [first = '', ...inner] = path.split('.').map((name) => names[name] ?? '');
  return inner.reduce<AttributeValue | undefined>((outer, name) => outer?.M?.[name], row[first]);
}

function put(draft: Draft, path: string, names: Placeholders['names'], value: AttributeValue | undefined): void {
  const [first = '', second, third] = path.split('.').map((name) => names[name] ?? '');
  const target = second === undefined ? draft : draft[first]?.M;
  if (target === undefined) throw new Error(`There is no map ${first} to put anything into.`);
  const name = second ?? first;
  // An entry of a map is replaced, since others have read the one that was there.
  const next = third === undefined ? value : { M: withMember(target[name]?.M, third, value) };
  if (next === undefined) delete target[name];
  // What the adapter sends may be sent again, and its maps are not the row's.
  else target[name] = next.M ? { M: { ...next.M } } : next;
}

function withMember(map: Row | undefined, name: string, value: AttributeValue | undefined): Draft {
  if (map === undefined) throw new Error(`There is no map to put ${name} into.`);
  const { [name]: _, ...others } = map;
  return value === undefined ? others : { ...others, [name]: value };
}
