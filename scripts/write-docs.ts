import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { optionsOrExit } from '../bin/command-line.ts';
import { generatedFiles } from './generated-files.ts';

const usage = `Writes the generated files anew, from the code that they describe: all of them, or those named.

  npm run docs                      all
  npm run docs -- docs/costs.md     one
  npm run openapi                   docs/openapi.json and types/contract.d.cts
  npm run providers                 docs/providers.md

The files: ${Object.keys(generatedFiles).join(', ')}.`;

function readFiles(args: readonly string[]): readonly (readonly [string, () => string])[] {
  const { positionals: names } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const unknown = names.find((name) => !Object.hasOwn(generatedFiles, name));
  if (unknown !== undefined) throw new Error(`"${unknown}" is no generated file.`);
  return Object.entries(generatedFiles).filter(([name]) => names.length === 0 || names.includes(name));
}

for (const [name, text] of optionsOrExit(usage, readFiles)) {
  await writeFile(new URL(`../${name}`, import.meta.url), text());
}
