import type { BundledPackage } from './bundled-packages.ts';
import type { CompiledInto } from './codec-notices.ts';

/** Licences whose text is in LICENSE, or doesn't have to be included. */
const withoutText = ['Apache-2.0', 'MIT-0'];

const apacheTitle = 'Apache License\n';

/**
 * The file NOTICE: the third-party software in the deployed functions, with its licences and the texts that these
 * require. Throws if a package lacks its text, or if the contents of its WebAssembly aren't known.
 */
export function noticePage(
  packages: readonly BundledPackage[],
  compiledInto: Readonly<Record<string, readonly CompiledInto[]>>,
): string {
  const unknown = packages.filter(({ name, hasWebAssembly }) => hasWebAssembly && !Object.hasOwn(compiledInto, name));
  for (const { name } of unknown)
    throw new Error(`The contents of the WebAssembly of ${name} are not known: list them in codec-notices.ts.`);
  const texts = [...textsOf(packages)].map(([text, names]) => `${rule}\n${names.join(', ')}\n${rule}\n\n${text}`);
  return [
    introduction,
    heading('Packages in the functions'),
    packages.map(({ name, license }) => row(name, license)).join('\n'),
    copyrightsOf(packages),
    heading('In the WebAssembly of the image decoders'),
    ...packages.filter(({ hasWebAssembly }) => hasWebAssembly).map(({ name }) => codec(name, compiledInto[name] ?? [])),
    'This software is based in part on the work of the Independent JPEG Group.',
    `The MIT license, for those of this section that are under it:\n\n${mit}`,
    heading('The texts of the other licences, as the packages carry them'),
    ...texts,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const introduction = `Darkroom
Copyright the Darkroom authors

Darkroom is licensed under the Apache License 2.0, whose text is in LICENSE.

The deployed functions contain the third-party software that is listed here. This file is written by \`npm run notices\` from
the bundles, and a test keeps it current. Packages for development, the local stack and the tests are installed from npm and
not distributed with Darkroom. For the rights to the photographs, see examples/README.md.`;

const rule = '-'.repeat(80);

const heading = (text: string): string => `${text}\n${'='.repeat(text.length)}`;

const row = (name: string, license: string): string => `${name.padEnd(60)}${license}`;

const codec = (name: string, parts: readonly CompiledInto[]): string =>
  [
    `${name}:`,
    ...parts.flatMap((part) => [
      `  ${row(part.name, part.license)}`,
      ...(part.copyright === undefined ? [] : [`    ${part.copyright}`]),
    ]),
  ].join('\n');

/** The copyright lines of licences whose text isn't repeated. */
function copyrightsOf(packages: readonly BundledPackage[]): string {
  const shared = packages.filter(({ license }) => withoutText.includes(license));
  const lines = namesBy(shared, ({ licenseTexts }) =>
    licenseTexts
      .filter((text) => text.includes(apacheTitle))
      .flatMap((text) => [...text.matchAll(/^ *(Copyright (?!\[yyyy\]|owner|license).*\S) *$/gm)])
      .map(([, line = '']) => line),
  );
  return [...lines].map(([line, names]) => `${line}\n  ${names.join('\n  ')}`).join('\n\n');
}

/** The licence texts to include, each once, with the names of its packages. */
const textsOf = (packages: readonly BundledPackage[]): ReadonlyMap<string, readonly string[]> =>
  namesBy(packages, ({ name, license, licenseTexts }) => {
    const needed = licenseTexts.filter((text) => !text.includes(apacheTitle));
    if (needed.length === 0 && !withoutText.includes(license))
      throw new Error(`${name} contains no text of its licence, ${license}.`);
    return needed.map((text) => text.replaceAll(/[ \t\r]+$/gm, '').trim());
  });

/** Groups packages by a text that they have in common. */
function namesBy(
  packages: readonly BundledPackage[],
  saidBy: (each: BundledPackage) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const each of packages) {
    for (const said of new Set(saidBy(each))) names.set(said, [...(names.get(said) ?? []), each.name]);
  }
  return names;
}

/** https://spdx.org/licenses/MIT.html */
const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
