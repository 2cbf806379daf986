import type { Metafile } from 'esbuild';
import type { FunctionName } from '../lambda/contract/environment.ts';

/** What a function's bundle weighs, and why. */
export interface BundleWeight {
  /** The minified bundle, as Lambda gets it. */
  readonly bytes: number;
  /** What each npm package, or folder of our own, takes of it; the heaviest first. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  /** The paths of our own sources in it, from the repository's root. */
  readonly sources: readonly string[];
}

/** Reads a bundle's weight off esbuild's metafile. Throws where the metafile has no such bundle. */
export function bundleWeight({ outputs }: Pick<Metafile, 'outputs'>, name: FunctionName): BundleWeight {
  const found = Object.entries(outputs).find(([path]) => path.endsWith(`${name}/index.mjs`));
  if (found === undefined) throw new Error(`The metafile has no bundle of ${name}.`);
  const [, output] = found;
  const bytesByPart = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const part = partOf(path);
    bytesByPart.set(part, (bytesByPart.get(part) ?? 0) + bytesInOutput);
  }
  const parts = [...bytesByPart].map(([part, bytes]) => ({ name: part, bytes })).sort((a, b) => b.bytes - a.bytes);
  // A file of which nothing is left, like one that only holds types, is in the list of inputs, too.
  const present = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const sources = present.map(([path]) => path).filter((path) => !path.includes('node_modules/'));
  return { bytes: output.bytes, parts, sources };
}

/** The npm package that a file belongs to, or the folder of our own. */
function partOf(path: string): string {
  const inPackage = path.split('node_modules/').at(-1);
  if (inPackage === undefined || inPackage === path) return path.slice(0, path.lastIndexOf('/'));
  return inPackage
    .split('/')
    .slice(0, inPackage.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Of a bundle's sources, those that speak with a provider or in its words. A function that only takes submissions needs
 * the capability rows alone, and would pay for anything more at each cold start.
 */
export const wireCodeIn = ({ sources }: Pick<BundleWeight, 'sources'>): readonly string[] =>
  sources.filter((path) => wireCode.test(path));

const wireCode =
  /^lambda\/providers\/(?:[^/]+\/(?:wire|provider)\.ts|registry\.ts|shared\/(?:http-client|fetch-image|split-json|images-api[^/]*|multipart-body)\.ts)$/;
