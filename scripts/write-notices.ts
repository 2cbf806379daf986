import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { optionsOrExit, readNothing } from '../bin/command-line.ts';
import { bundleFunctions, metafileName } from '../lib/bundle-functions.ts';
import { bundledPackages } from './bundled-packages.ts';
import { compiledInto } from './codec-notices.ts';
import { noticePage } from './notice-page.ts';

optionsOrExit(
  `Writes NOTICE anew, from the packages that the functions' bundles hold.

  npm run notices`,
  readNothing,
);

/** A test keeps the file from drifting apart from the bundles. */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'darkroom-notices-'));
try {
  await bundleFunctions(folder);
  const metafile = JSON.parse(await readFile(join(folder, metafileName), 'utf8'));
  await writeFile(join(root, 'NOTICE'), noticePage(bundledPackages(metafile, root), compiledInto));
} finally {
  await rm(folder, { recursive: true, force: true });
}
