import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRelease } from '../../../scripts/make-release.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const changelog = '# Changelog\n\n## [Unreleased]\n\n- A thing.\n';
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const documentOf = (version: string, ...paths: readonly string[]) =>
  json({ info: { version }, paths: Object.fromEntries(paths.map((path) => [path, { get: {} }])) });

/** Writes the document's version as `npm run docs` does. */
const writeDocument = `import { readFileSync, writeFileSync } from 'node:fs';
const { version } = JSON.parse(readFileSync('package.json'));
const document = JSON.parse(readFileSync('docs/openapi.json'));
writeFileSync('docs/openapi.json', JSON.stringify({ ...document, info: { version } }, null, 2) + '\\n');
`;

/** A repository of version 0.1.0 with something to release. */
function readyRepository() {
  const repository = temporaryRepository();
  const { folder, git, write } = repository;
  write('CHANGELOG.md', changelog);
  write('README.md', 'Install darkroom-0.1.0.tgz.\n');
  write('package.json', json({ name: 'darkroom', version: '0.1.0', scripts: { docs: 'node write.mjs' } }));
  write(
    'package-lock.json',
    json({ version: '0.1.0', packages: { '': { version: '0.1.0' }, a: { version: '0.1.0' } } }),
  );
  write('docs/openapi.json', documentOf('0.1.0', '/a'));
  write('write.mjs', writeDocument);
  git('add', '.');
  git('commit', '-qm', 'Begin');
  const printed: string[] = [];
  const release = (version: string, dryRun = false) =>
    makeRelease(folder, { version, date: '2026-11-28', dryRun }, (line) => printed.push(line));
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const state = () => [git('status', '--porcelain'), git('rev-parse', 'HEAD'), git('tag', '--list')].join();
  return { ...repository, printed, release, read, state };
}

describe(makeRelease, () => {
  it('gives the version to the changelog and to all that carries it, in a commit with an annotated tag', () => {
    const { git, read, release, printed } = readyRepository();
    release('0.2.0');
    expect(git('log', '--format=%s').trim().split('\n')).toEqual(['Release 0.2.0', 'Begin']);
    expect(git('cat-file', '-t', 'v0.2.0').trim()).toBe('tag');
    expect(git('rev-parse', 'v0.2.0^{}')).toBe(git('rev-parse', 'HEAD'));
    expect(git('status', '--porcelain')).toBe('');
    expect(read('CHANGELOG.md')).toBe('# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-28\n\n- A thing.\n');
    expect(JSON.parse(read('package.json')).version).toBe('0.2.0');
    const lock = JSON.parse(read('package-lock.json'));
    expect([lock.version, lock.packages[''].version, lock.packages.a.version]).toEqual(['0.2.0', '0.2.0', '0.1.0']);
    expect(JSON.parse(read('docs/openapi.json')).info.version).toBe('0.2.0');
    expect(read('README.md')).toBe('Install darkroom-0.2.0.tgz.\n');
    expect(printed.join()).toContain('git push --follow-tags');
  });

  it('tells what it would do, and does nothing, where it is only asked', () => {
    const { release, printed, state } = readyRepository();
    const before = state();
    release('0.2.0', true);
    expect(printed.at(-1)).toBe(
      'Would change CHANGELOG.md, package.json, package-lock.json, README.md, commit, and tag v0.2.0.',
    );
    expect(state()).toBe(before);
  });

  it.each<[string, string, (repository: ReturnType<typeof readyRepository>) => void, string]>([
    ['what is no version', '0.2', () => {}, 'is no version'],
    ['a version that is no later', '0.1.0', () => {}, '0.1.0 is not greater than 0.1.0.'],
    ['another branch', '0.2.0', ({ git }) => git('switch', '-qc', 'other'), 'on main, and this is other'],
    ['no branch', '0.2.0', ({ git }) => git('switch', '-q', '--detach'), 'this is no branch'],
    ['changes that are not committed', '0.2.0', ({ write }) => write('README.md', 'x'), 'uncommitted changes'],
    ['files that git does not know', '0.2.0', ({ write }) => write('new.md', 'x'), 'uncommitted changes'],
    ['a tag that is there', '0.2.0', ({ git }) => git('tag', 'v0.2.0'), 'v0.2.0 is there already'],
    [
      'an empty Unreleased',
      '0.2.0',
      ({ write, git }) => {
        write('CHANGELOG.md', changelog.replace('- A thing.', ''));
        git('commit', '-qam', 'Nothing to tell');
      },
      'The Unreleased section of CHANGELOG.md is empty',
    ],
  ])('refuses %s, and changes nothing', (_, version, change, words) => {
    const repository = readyRepository();
    change(repository);
    const before = repository.state();
    expect(() => repository.release(version)).toThrow(words);
    expect(repository.state()).toBe(before);
  });

  it('refuses breaking changes since the last release that the version does not announce', () => {
    const { git, write, release, state, printed } = readyRepository();
    release('0.2.0');
    write('docs/openapi.json', documentOf('0.2.0', '/b'));
    write('CHANGELOG.md', changelog);
    git('commit', '-qam', 'Replace a route');
    const before = state();
    expect(() => release('0.2.1')).toThrow('GET /a: removed');
    expect(state()).toBe(before);
    release('0.3.0');
    expect(printed.join('\n')).toContain('Since v0.2.0:\nbreaking    GET /a: removed');
  });

  it('leaves everything as it was where a step fails on the way', () => {
    const { git, write, release, state } = readyRepository();
    write('write.mjs', 'process.exit(3);\n');
    git('commit', '-qam', 'Break the writer');
    const before = state();
    expect(() => release('0.2.0')).toThrow('npm run --silent docs');
    expect(state()).toBe(before);
  });
});
