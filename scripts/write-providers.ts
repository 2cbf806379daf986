import { writeFile } from 'node:fs/promises';
import { optionsOrExit, readNothing } from '../bin/command-line.ts';
import { providersPage } from './providers-page.ts';

optionsOrExit(
  `Writes docs/providers.md anew, from the capability rows.

  npm run providers`,
  readNothing,
);

/** Writes `docs/providers.md` anew from the capability rows. A test keeps the two from drifting apart. */
await writeFile(new URL('../docs/providers.md', import.meta.url), providersPage());
