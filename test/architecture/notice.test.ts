import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { describe, expect, inject, it } from 'vitest';
import { metafileName } from '../../lib/bundle-functions.ts';
import { bundledPackages } from '../../scripts/bundled-packages.ts';
import { compiledInto } from '../../scripts/codec-notices.ts';
import { noticePage } from '../../scripts/notice-page.ts';

const metafile: Metafile = JSON.parse(
  readFileSync(join(dirname(inject('bundles')['process-job']), metafileName), 'utf8'),
);
const notice = readFileSync('NOTICE', 'utf8');
const packages = bundledPackages(metafile, '.');

describe('NOTICE', () => {
  // `npm run notices` writes it anew.
  it('says what the bundles hold', () => {
    expect(notice).toBe(noticePage(packages, compiledInto));
  });

  it('names every package of which something is deployed, with the licence under which it is installed', () => {
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
    const names = new Set(
      inputs.flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? (/.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []) : [],
      ),
    );
    expect(names.size).toBeGreaterThan(20);
    const lines = notice.split('\n');
    const missing = [...names].filter((name) => {
      // Two packages name their licence in an older form; it is MIT.
      const { license = 'MIT' } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
      return !lines.some((line) => line.startsWith(`${name} `) && line.endsWith(` ${license}`));
    });
    expect(missing).toEqual([]);
    expect(packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['@aws-sdk/client-s3', '@jsquash/jpeg', 'busboy', 'jose', 'zod']),
    );
  });

  it('has the copyright of everything under a licence that demands it', () => {
    const demanding = packages.filter(({ license }) => !['Apache-2.0', 'MIT-0'].includes(license));
    expect(demanding.length).toBeGreaterThan(4);
    for (const { name } of demanding) {
      expect(notice, name).toMatch(new RegExp(`^-+\n[^\n]*\\b${name}\\b[^\n]*\n-+\n(?:(?!---).*\n)*Copyright `, 'm'));
    }
    expect(notice).toContain('based in part on the work of the Independent JPEG Group');
    expect(notice).toContain('Google Inc.');
  });

  it('tells what every decoder was compiled from', () => {
    const decoders = packages.filter(({ hasWebAssembly }) => hasWebAssembly).map(({ name }) => name);
    expect(decoders).toEqual(Object.keys(compiledInto));
  });
});
