import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BundledPackage, bundledPackages, packageOf } from '../../../scripts/bundled-packages.ts';
import { noticePage } from '../../../scripts/notice-page.ts';

const mit = 'MIT License\n\nCopyright (c) 2020 Ada\n\nPermission is hereby granted …';

function bundleOf(files: Readonly<Record<string, string>>, bytesInOutput = 1) {
  const root = mkdtempSync(join(tmpdir(), 'darkroom-notice-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const inputs = Object.fromEntries(Object.keys(files).map((file) => [file, { bytesInOutput }]));
  return bundledPackages({ outputs: { 'out.mjs': { inputs, bytes: 1, imports: [], exports: [] } } }, root);
}

const manifest = (name: string, license?: unknown): string => JSON.stringify({ name, license });

describe(packageOf, () => {
  it('finds the innermost package of a path, and none for our own files', () => {
    expect(packageOf('../node_modules/a/node_modules/@b/c/lib/d.js')).toEqual({
      name: '@b/c',
      folder: '../node_modules/a/node_modules/@b/c',
    });
    expect(packageOf('lambda/handlers/submit-job.ts')).toBeUndefined();
  });
});

describe(bundledPackages, () => {
  it('reads name, licence and texts, also those that a codec keeps a folder below', () => {
    const [codec, ...others] = bundleOf({
      'node_modules/@a/codec/package.json': manifest('@a/codec', 'MIT'),
      'node_modules/@a/codec/LICENSE': mit,
      'node_modules/@a/codec/codec/LICENSE.codec.md': 'Copyright (c) Codec',
      'node_modules/@a/codec/codec/dec.wasm': '',
      'lambda/own.ts': '',
    });
    expect(others).toEqual([]);
    expect(codec).toEqual({
      name: '@a/codec',
      license: 'MIT',
      licenseTexts: [mit, 'Copyright (c) Codec'],
      hasWebAssembly: true,
    });
  });

  it('knows the older form of naming licences, and refuses a package without any', () => {
    const old = JSON.stringify({ name: 'old', licenses: [{ type: 'MIT' }] });
    expect(bundleOf({ 'node_modules/old/package.json': old })).toMatchObject([{ license: 'MIT' }]);
    expect(() => bundleOf({ 'node_modules/a/package.json': manifest('a') })).toThrow('a declares no licence.');
  });

  it('refuses two copies that are licensed differently', () => {
    const copies = {
      'node_modules/a/package.json': manifest('a', 'MIT'),
      'node_modules/b/node_modules/a/package.json': manifest('a', 'GPL-3.0'),
    };
    expect(() => bundleOf(copies)).toThrow('Two copies of a are licensed differently.');
  });

  it('leaves out what only holds types', () => {
    expect(bundleOf({ 'node_modules/a/package.json': manifest('a', 'MIT') }, 0)).toEqual([]);
  });
});

const plain: BundledPackage = { name: 'a', license: 'MIT', licenseTexts: [mit], hasWebAssembly: false };

describe(noticePage, () => {
  it('prints a text once, with the names of all that carry it', () => {
    const page = noticePage([plain, { ...plain, name: 'b' }], {});
    expect(page.split('Copyright (c) 2020 Ada')).toHaveLength(2);
    expect(page).toContain('\na, b\n');
    expect(page).toMatch(/^b +MIT$/m);
  });

  it('refuses a package whose licence has to go along and is not there', () => {
    expect(() => noticePage([{ ...plain, licenseTexts: [] }], {})).toThrow('a contains no text of its licence, MIT.');
    const apache = { ...plain, license: 'Apache-2.0', licenseTexts: ['Apache License\n\n  Copyright 2020 Ada Inc.\n'] };
    expect(noticePage([apache], {})).toContain('Copyright 2020 Ada Inc.\n  a\n');
    expect(noticePage([{ ...apache, licenseTexts: [] }], {})).toMatch(/^a +Apache-2.0$/m);
  });

  it('refuses WebAssembly of which nobody has written down what it holds', () => {
    const codec = { ...plain, hasWebAssembly: true };
    expect(() => noticePage([codec], {})).toThrow('The contents of the WebAssembly of a are not known');
    const page = noticePage([codec], { a: [{ name: 'libpicture', license: 'BSD-3-Clause', copyright: '(c) Eve' }] });
    expect(page).toMatch(/libpicture +BSD-3-Clause\n {4}\(c\) Eve/);
  });
});
