import { readFileSync } from 'node:fs';
import { limits } from '../lambda/contract/limits.ts';
import { documentedFields } from './doc-comments.ts';
import { code, markdownTable } from './markdown-table.ts';

const source = new URL('../lambda/contract/limits.ts', import.meta.url);

/** The contract's limits, each with its value and its comment. */
export const limitsTable = (): string =>
  markdownTable(
    ['limit', 'value', 'of'],
    documentedFields(readFileSync(source, 'utf8'), 'export const limits').map(({ name, description }) => {
      const value = limits[name as keyof typeof limits];
      return [code(name), shown(name, value), description];
    }),
  );

/** A number with its thousands apart, and in the unit that people use where that is a whole one. */
function shown(name: string, value: number): string {
  const plain = value.toLocaleString('en-US');
  const [size, unit] = unitOf(name);
  return value >= size && value % size === 0 ? `${plain} (${value / size} ${unit})` : plain;
}

function unitOf(name: string): readonly [number, string] {
  if (name.endsWith('Seconds')) return [86_400, 'days'];
  if (!name.endsWith('Bytes')) return [Number.POSITIVE_INFINITY, ''];
  return limits[name as keyof typeof limits] >= 1024 ** 2 ? [1024 ** 2, 'MiB'] : [1024, 'KiB'];
}
