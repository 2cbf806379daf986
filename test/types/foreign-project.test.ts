import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilers, createForeignProject, type ForeignProject } from './foreign-project.ts';

let project: ForeignProject;
beforeAll(async () => {
  project = await createForeignProject();
});
afterAll(() => project.remove());

const consumer = `
import type { ErrorBody, ImageEditSubmission, ImageGenerationSubmission, ImageJob } from 'darkroom/contract';

export const generation: ImageGenerationSubmission = {
  model: 'openai/gpt-image-2',
  prompt: 'a lighthouse at dusk',
  n: undefined,
  output_format: 'webp',
  fallbacks: ['bfl/flux-2-pro', { provider: 'openai', model: 'gpt-image-2' }],
  guidance_scale: 3,
};
export const edit: ImageEditSubmission = { model: 'openai/gpt-image-2', prompt: 'x', images: [{ file_id: 'file-1' }] };

export function linkOf(job: ImageJob): string {
  const image = job.result?.data[0];
  // @ts-expect-error An image may have no link.
  const surely: string = image?.url;
  // @ts-expect-error A result may have no image.
  job.result?.data[0].index;
  return surely;
}
export const codeOf = ({ error }: ErrorBody): string => (error.code === 'content_refused' ? 'refused' : error.message);
// @ts-expect-error There is no such status.
export const isOver = ({ status }: ImageJob): boolean => status === 'succeeded';
// @ts-expect-error The prompt is missing.
export const blank: ImageGenerationSubmission = { model: 'openai/gpt-image-2' };
// @ts-expect-error There is no such format.
export const gif: ImageGenerationSubmission = { ...generation, output_format: 'gif' };
`;

const resolutions = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  node16: { module: 'node16', moduleResolution: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;

const versions = Object.keys(compilers) as (keyof typeof compilers)[];

describe('darkroom/contract', () => {
  for (const version of versions) {
    for (const [name, resolution] of Object.entries(resolutions)) {
      it.each([false, true])(
        `compiles in a foreign project with TypeScript ${version} and ${name}, skipLibCheck %s, and refuses what is wrong`,
        async (skipLibCheck) => {
          const files = { 'module.mts': consumer, 'common.cts': consumer };
          expect(await project.compile(version, { ...resolution, skipLibCheck }, files)).toBe('');
        },
      );
    }
  }

  it('compiles with the resolution that TypeScript 5.9 has for CommonJS by default', async () => {
    const options = { module: 'commonjs', moduleResolution: 'node10' };
    expect(await project.compile('5.9', options, { 'index.ts': consumer })).toBe('');
  });

  it('is seen to be missing where a type is asked for that it does not have', async () => {
    for (const version of versions) {
      const file = "import type { ImageTask } from 'darkroom/contract';\nexport type Task = ImageTask;\n";
      expect(await project.compile(version, resolutions.nodenext, { 'index.ts': file })).toMatch(/TS2305|TS2724/);
    }
  });
});

describe('the package', () => {
  it('holds what an outsider needs, and no sources', () => {
    const entries = globSync('**/*', { cwd: project.packageFolder, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(
      files.map(({ parentPath, name }) => relative(project.packageFolder, join(parentPath, name))).toSorted(),
    ).toEqual(['LICENSE', 'README.md', 'docs/openapi.json', 'package.json', 'types/contract.d.cts']);
  });

  it('brings no other package along', async () => {
    const { dependencies, peerDependencies, scripts } = JSON.parse(
      await readFile(join(project.packageFolder, 'package.json'), 'utf8'),
    );
    expect({ dependencies, peerDependencies }).toEqual({ dependencies: undefined, peerDependencies: undefined });
    // Nothing runs at an installation.
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toHaveProperty(name);
  });
});
