import { readFile, writeFile } from 'node:fs/promises';
import { optionsOrExit, readNothing } from '../bin/command-line.ts';
import { openApiDocument } from '../lambda/contract/openapi/openapi.ts';
import { contractTypes } from './contract-types.ts';

optionsOrExit(
  `Writes docs/openapi.json and types/contract.d.cts anew, with the package's version.

  npm run openapi`,
  readNothing,
);

/** Tests keep both from drifting apart from the contract. */
const root = new URL('../', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };
await writeFile(new URL('docs/openapi.json', root), `${JSON.stringify(openApiDocument(version), null, 2)}\n`);
await writeFile(new URL('types/contract.d.cts', root), contractTypes());
