import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const resolved = /\bimport\.meta\.resolve\('([^']+\.wasm)'\)/g;

/**
 * Puts the .wasm files of packages beside the bundle that reads them. A source finds such a file by
 * `import.meta.resolve`, as Node does; in a bundle, where there are no packages, that becomes the address of the copy
 * beside it, which esbuild's loader `file` makes under a name with its digest.
 */
export const wasmBeside: Plugin = {
  name: 'wasm-beside',
  setup(build) {
    build.onLoad({ filter: /[\\/]lambda[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const files = [...new Set(Array.from(source.matchAll(resolved), ([, file]) => file ?? ''))];
      if (files.length === 0) return undefined;
      const imports = files.map((file, at) => `import wasm${at} from '${file}';`);
      const contents = source.replace(
        resolved,
        (_, file: string) => `new URL(wasm${files.indexOf(file)}, import.meta.url).href`,
      );
      return { contents: `${imports.join('')}${contents}`, loader: 'ts' };
    });
  },
};
