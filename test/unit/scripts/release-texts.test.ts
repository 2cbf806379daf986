import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { releasedChangelog, withTarballOf, withVersion } from '../../../scripts/release-texts.ts';

const read = (file: string): string => readFileSync(file, 'utf8');
const { version: current } = JSON.parse(read('package.json')) as { readonly version: string };

describe(releasedChangelog, () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-01-01\n\n- The first.\n';

  it('gives what was unreleased to the version, below an empty Unreleased', () => {
    const released = releasedChangelog(changelog, '0.2.0', '2026-11-28');
    expect(released).toBe(changelog.replace('## [Unreleased]\n', '## [Unreleased]\n\n## [0.2.0] - 2026-11-28\n'));
  });

  it('refuses where nothing is unreleased, whatever older versions have', () => {
    const empty = 'The Unreleased section of CHANGELOG.md is empty';
    for (const text of ['- A thing.', '### Added\n\n- A thing.']) {
      expect(() => releasedChangelog(changelog.replace(text, ''), '0.2.0', '2026-11-28')).toThrow(empty);
    }
    const released = releasedChangelog(changelog, '0.2.0', '2026-11-28');
    expect(() => releasedChangelog(released, '0.3.0', '2026-12-01')).toThrow(empty);
    expect(() => releasedChangelog('# Changelog\n', '0.2.0', '2026-11-28')).toThrow('has no heading');
  });

  it("understands the project's own", () => {
    const released = releasedChangelog(read('CHANGELOG.md'), '99.0.0', '2026-11-28');
    expect(released.replace('\n\n## [99.0.0] - 2026-11-28', '')).toBe(read('CHANGELOG.md'));
  });
});

describe(withVersion, () => {
  it.each(['package.json', 'package-lock.json'])('changes nothing else in %s', (file) => {
    expect(withVersion(read(file), current)).toBe(read(file));
    const lines = withVersion(read(file), '99.0.0').split('\n');
    const changed = lines.filter((line, at) => line !== read(file).split('\n')[at]);
    expect(new Set(changed.map((line) => line.trim()))).toEqual(new Set(['"version": "99.0.0",']));
    expect(changed).toHaveLength(file === 'package.json' ? 1 : 2);
  });
});

describe(withTarballOf, () => {
  it('renames the tarball, and no other version', () => {
    const page = '`darkroom-0.1.0.tgz`, <path>/darkroom-0.1.0.tgz, since 0.1.0';
    expect(withTarballOf(page, '0.2.0')).toBe('`darkroom-0.2.0.tgz`, <path>/darkroom-0.2.0.tgz, since 0.1.0');
  });

  it('finds the pages up to date', () => {
    const stale = globSync(['*.md', 'docs/*.md']).filter((file) => withTarballOf(read(file), current) !== read(file));
    expect(stale).toEqual([]);
  });
});
