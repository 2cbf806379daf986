import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** An npm package with code in a bundle, and its licence. */
export interface BundledPackage {
  readonly name: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Its licence files, including those of software that it repackages. */
  readonly licenseTexts: readonly string[];
  /** Whether WebAssembly of it is bundled, into which other projects may be compiled. */
  readonly hasWebAssembly: boolean;
}

const nodeModules = 'node_modules/';

/** The npm package that a file belongs to, and the folder that this lies in; undefined for our own files. */
export function packageOf(path: string): { readonly name: string; readonly folder: string } | undefined {
  const at = path.lastIndexOf(nodeModules);
  if (at < 0) return undefined;
  const inside = path.slice(at + nodeModules.length).split('/');
  const name = inside.slice(0, inside[0]?.startsWith('@') ? 2 : 1).join('/');
  return { name, folder: `${path.slice(0, at + nodeModules.length)}${name}` };
}

/**
 * The npm packages that bundles hold, by name. Paths of the metafile are relative to `root`. Throws if a package
 * declares no licence, or if two versions of one declare different ones.
 */
export function bundledPackages({ outputs }: Pick<Metafile, 'outputs'>, root: string): readonly BundledPackage[] {
  const found = new Map<string, BundledPackage>();
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const used = new Set(inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])));
  const folders = new Set([...used].flatMap((path) => packageOf(path)?.folder ?? []));
  for (const folder of folders) {
    const hasWebAssembly = [...used].some((path) => path.startsWith(`${folder}/`) && path.endsWith('.wasm'));
    const each = { ...readPackage(join(root, folder)), hasWebAssembly };
    const license = found.get(each.name)?.license ?? each.license;
    if (license !== each.license) throw new Error(`Two copies of ${each.name} are licensed differently.`);
    found.set(each.name, each);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Manifest {
  readonly name: string;
  readonly license?: string;
  /** The form that npm deprecated. */
  readonly licenses?: readonly { readonly type: string }[];
}

function readPackage(folder: string): Omit<BundledPackage, 'hasWebAssembly'> {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const license = manifest.license ?? manifest.licenses?.map(({ type }) => type).join(' OR ') ?? '';
  if (license === '') throw new Error(`${manifest.name} declares no licence.`);
  const files = globSync('{,*/}{LICENSE,LICENCE,COPYING,NOTICE}*', { cwd: folder })
    .filter((file) => !file.startsWith(nodeModules) && existsSync(join(folder, file)))
    .toSorted();
  return { name: manifest.name, license, licenseTexts: files.map((file) => readFileSync(join(folder, file), 'utf8')) };
}
