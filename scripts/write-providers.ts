import { writeFile } from 'node:fs/promises';
import { providersPage } from './providers-page.ts';

/** Writes `docs/providers.md` anew from the capability rows. A test keeps the two from drifting apart. */
await writeFile(new URL('../docs/providers.md', import.meta.url), providersPage());
