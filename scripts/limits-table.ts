import { readFileSync } from 'node:fs';
import { limits } from '../lambda/contract/limits.ts';
import { documentedFields } from './doc-comments.ts';
import { limitText } from './limit-text.ts';
import { code, markdownTable } from './markdown-table.ts';

const source = new URL('../lambda/contract/limits.ts', import.meta.url);

/** The contract's limits, each with its value and its comment. */
export const limitsTable = (): string =>
  markdownTable(
    ['limit', 'value', 'of'],
    documentedFields(readFileSync(source, 'utf8'), 'export const limits').map(({ name, description }) => {
      const value = limits[name as keyof typeof limits];
      return [code(name), limitText(name, value), description];
    }),
  );
