import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { optionsOrExit } from '../bin/command-line.ts';
import { documentAt, lastRelease } from './api-surface/earlier-document.ts';
import { apiVerdict } from './api-surface/verdict.ts';
import { git } from './git.ts';

const usage = `Lists the changes of docs/openapi.json and classifies each as breaking or compatible. Exits with 1 if there is a breaking
change that the version doesn't announce by a new major number, or a new minor while the major is 0.

  npm run openapi:diff             since the last release; without one, since the merge base with main
  npm run openapi:diff -- REF      since a commit, branch or tag
  npm run openapi:diff -- REF --allow-breaking   exits with 0 in any case`;

function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'allow-breaking': { type: 'boolean', default: false } },
  });
  const [ref, stray] = positionals;
  if (stray !== undefined) throw new Error(`Give one ref; ${stray} is one too many.`);
  return { ref, allowed: values['allow-breaking'] };
}

const { ref, allowed } = optionsOrExit(usage, readOptions);
const root = fileURLToPath(new URL('..', import.meta.url));
try {
  const since = ref ?? lastRelease(root) ?? git(root, 'merge-base', 'main', 'HEAD').trim();
  const after = JSON.parse(readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8'));
  const { report, refused } = apiVerdict(documentAt(root, since), after, after.info.version);
  process.stdout.write(`docs/openapi.json since ${since}:\n${report}`);
  process.exitCode = refused && !allowed ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
