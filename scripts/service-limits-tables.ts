import { readFileSync } from 'node:fs';
import * as services from '../lambda/domain/service-limits.ts';
import { documentedFields } from './doc-comments.ts';
import { limitText } from './limit-text.ts';
import { code, markdownTable } from './markdown-table.ts';
import type { PageParts } from './page-parts.ts';

const source = new URL('../lambda/domain/service-limits.ts', import.meta.url);

/** A table for each of AWS's services: every number that the code is bound by, where it matters, and its source. */
export function serviceLimitsTables(): PageParts {
  const text = readFileSync(source, 'utf8');
  return Object.fromEntries(Object.entries(services).map(([name, limits]) => [name, tableOf(text, name, limits)]));
}

const tableOf = (text: string, service: string, limits: Readonly<Record<string, number>>): string =>
  markdownTable(
    ['limit', 'value', 'of', 'where it matters', 'source'],
    documentedFields(text, `export const ${service}`).map(({ name, description }) => {
      const [of, matters, page] = description.split(/ @(?:matters|source) /);
      if (of === undefined || matters === undefined || page === undefined) {
        throw new Error(`${service}.${name} must say where it matters, and its source.`);
      }
      return [code(name), limitText(name, limits[name] ?? Number.NaN), of, matters, page];
    }),
  );
