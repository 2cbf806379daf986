import { readFile, writeFile } from 'node:fs/promises';
import { openApiDocument } from '../lambda/contract/openapi.ts';

/** Writes `docs/openapi.json` anew, with the package's version. A test keeps the two from drifting apart. */
const root = new URL('../', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };
await writeFile(new URL('docs/openapi.json', root), `${JSON.stringify(openApiDocument(version), null, 2)}\n`);
