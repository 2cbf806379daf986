import { describe, expect, it } from 'vitest';
import { cyclesIn } from '../../support/import-cycles.ts';

const cycles = (graph: Readonly<Record<string, readonly string[]>>) =>
  cyclesIn(new Map(Object.entries(graph))).map((group) => [...group].toSorted());

describe(cyclesIn, () => {
  it.each([
    ['a chain', { a: ['b'], b: ['c'], c: [] }, []],
    ['two ways to one file', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
    ['what is not in the graph', { a: ['elsewhere'] }, []],
    ['two that import each other', { a: ['b'], b: ['a'] }, [['a', 'b']]],
    ['one that imports itself', { a: ['a'] }, [['a']]],
    ['a long way round, beside a chain', { a: ['b', 'x'], b: ['c'], c: ['a'], x: ['y'], y: [] }, [['a', 'b', 'c']]],
    [
      'two cycles',
      { a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] },
      [
        ['c', 'd'],
        ['a', 'b'],
      ],
    ],
  ])('of %s', (_what, graph, expected) => {
    expect(cycles(graph)).toEqual(expected);
  });
});
