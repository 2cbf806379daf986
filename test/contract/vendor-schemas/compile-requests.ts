import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RecordedRequest } from './recorded-requests.ts';
import type { VendorSchema } from './schemas.ts';

const packages = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

const compilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024'],
  typeRoots: [join(packages, '@types')],
  types: ['node'],
};

/** What the compiler says of requests by a schema's types: a line for each fault, which begins with the request's title. */
export async function compileRequests(schema: VendorSchema, requests: readonly RecordedRequest[]): Promise<string[]> {
  const typed = requests.flatMap((request) => {
    const type = schema.typeOf(request);
    return type === undefined ? [] : [{ request, line: `{ const _: ${type} = ${request.fields}; }` }];
  });
  const head = [...schema.declares.split('\n'), 'declare const file: never;'];
  const said = await compile([...head, ...typed.map(({ line }) => line), ''].join('\n'));
  return said.split('\n').flatMap((line) => {
    const [, at, message] = /^requests\.ts\((\d+),\d+\): error (.*)$/.exec(line.trim()) ?? [];
    if (at === undefined) return line.startsWith('error') ? [line] : [];
    return [`${typed[Number(at) - head.length - 1]?.request.title ?? 'the schema itself'}: ${message}`];
  });
}

/** Compiles one file in a project of its own, and gives what the compiler says. */
async function compile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-schemas-'));
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['requests.ts'] }));
    await writeFile(join(folder, 'requests.ts'), text);
    return await new Promise((resolve) => {
      const args = [join(packages, 'typescript/bin/tsc'), '--pretty', 'false', '--project', folder];
      // A compiler that has something to say ends with an error.
      execFile(process.execPath, args, { cwd: folder, maxBuffer: 16 * 1024 * 1024 }, (_error, said) => resolve(said));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
