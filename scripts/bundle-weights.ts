import type { Metafile } from 'esbuild';
import type { FunctionName } from '../lambda/contract/environment.ts';
import { packageOf } from './bundled-packages.ts';

/** What a function's bundle weighs, and why. */
export interface BundleWeight {
  /** What is loaded at a cold start: the entry, and the files that it imports at once. Minified. */
  readonly bytes: number;
  /** What lies beside it and is loaded when it is needed. */
  readonly laterBytes: number;
  /** What each npm package, or folder of our own, takes of what is loaded at once; the heaviest first. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  /** The paths of our own sources in all of it, from the repository's root. */
  readonly sources: readonly string[];
  /** Those of them that are loaded at once. */
  readonly sourcesAtOnce: readonly string[];
}

type Outputs = Metafile['outputs'];

/** Reads a bundle's weight off esbuild's metafile. Throws where the metafile has no such bundle. */
export function bundleWeight({ outputs }: Pick<Metafile, 'outputs'>, name: FunctionName): BundleWeight {
  const entry = Object.keys(outputs).find((path) => path.endsWith(`${name}/index.mjs`));
  if (entry === undefined) throw new Error(`The metafile has no bundle of ${name}.`);
  const folder = entry.slice(0, -'index.mjs'.length);
  const all = Object.keys(outputs).filter((path) => path.startsWith(folder));
  const atOnce = importedAtOnce(outputs, entry);
  const bytes = bytesOf(outputs, atOnce);
  return {
    bytes,
    laterBytes: bytesOf(outputs, all) - bytes,
    parts: partsOf(outputs, atOnce),
    sources: sourcesOf(outputs, all),
    sourcesAtOnce: sourcesOf(outputs, atOnce),
  };
}

function importedAtOnce(outputs: Outputs, entry: string): readonly string[] {
  const found = new Set([entry]);
  // A set that grows while it is walked is walked to its new end.
  for (const path of found) {
    const imports = outputs[path]?.imports ?? [];
    for (const each of imports) if (each.kind !== 'dynamic-import' && !each.external) found.add(each.path);
  }
  return [...found];
}

const bytesOf = (outputs: Outputs, paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);

const inputsOf = (outputs: Outputs, paths: readonly string[]): readonly (readonly [string, number])[] =>
  paths.flatMap((path) =>
    Object.entries(outputs[path]?.inputs ?? {}).map(([input, { bytesInOutput }]) => [input, bytesInOutput] as const),
  );

function partsOf(outputs: Outputs, paths: readonly string[]): BundleWeight['parts'] {
  const bytesByPart = new Map<string, number>();
  for (const [path, bytes] of inputsOf(outputs, paths)) {
    bytesByPart.set(partOf(path), (bytesByPart.get(partOf(path)) ?? 0) + bytes);
  }
  return [...bytesByPart].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}

/** A file of which nothing is left, like one that only holds types, is in the list of inputs, too. */
const sourcesOf = (outputs: Outputs, paths: readonly string[]): readonly string[] =>
  inputsOf(outputs, paths).flatMap(([path, bytes]) => (bytes > 0 && !path.includes('node_modules/') ? [path] : []));

/** The npm package that a file belongs to, or the folder of our own. */
function partOf(path: string): string {
  return packageOf(path)?.name ?? path.slice(0, path.lastIndexOf('/'));
}

/**
 * Sources of a bundle that call a provider or implement its wire format. A function that only takes submissions needs
 * the model specs, and the rules by which addresses are checked, and would pay for anything more at each cold start.
 */
export const wireCodeIn = ({ sources }: Pick<BundleWeight, 'sources'>): readonly string[] =>
  sources.filter((path) => wireCode.test(path));

const wireCode =
  /^lambda\/(?:providers\/(?:[^/]+\/(?:wire|provider)\.ts|stage-providers\.ts|wire\/.*|formats\/(?!gpt-image|gemini-image|stability-rows).*)|adapters\/outgoing\/(?!ssrf-guard|public-address|transfer-refused|refuse-address|address-advice).*)$/;
