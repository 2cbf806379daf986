import { readFileSync } from 'node:fs';
import { openApiDocument } from '../lambda/contract/openapi/openapi.ts';
import { contractTypes } from './contract-types.ts';
import { costsTables } from './costs-tables.ts';
import { limitsTable } from './limits-table.ts';
import { type PageParts, withParts } from './page-parts.ts';
import { providerLimitsTable } from './provider-limits-table.ts';
import { providersPage } from './providers-page.ts';
import { routesTable } from './routes-table.ts';
import { serviceLimitsTables } from './service-limits-tables.ts';
import { settingsTables } from './settings-tables.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

function openApiText(): string {
  const { version } = JSON.parse(read('package.json')) as { readonly version: string };
  return `${JSON.stringify(openApiDocument(version), null, 2)}\n`;
}

/** A page that is written by hand but for its marked parts. */
const withTables = (path: string, parts: () => PageParts) => (): string => withParts(read(path), parts());

/** Every file that `npm run docs` writes, by its path from the root, and what belongs in it. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'docs/openapi.json': openApiText,
  'types/contract.d.cts': contractTypes,
  'docs/providers.md': providersPage,
  'docs/api.md': withTables('docs/api.md', () => ({ routes: routesTable() })),
  'docs/configuration.md': withTables('docs/configuration.md', settingsTables),
  'docs/limits.md': withTables('docs/limits.md', () => ({
    limits: limitsTable(),
    providers: providerLimitsTable(),
    ...serviceLimitsTables(),
  })),
  'docs/costs.md': withTables('docs/costs.md', costsTables),
};
