import { describe, expect, it } from 'vitest';
import { documentAt, lastRelease } from '../../../../scripts/api-surface/earlier-document.ts';
import { apiVerdict } from '../../../../scripts/api-surface/verdict.ts';
import { temporaryRepository } from '../../../support/temporary-repository.ts';

const documentWith = (...paths: readonly string[]) => ({
  info: { version: '0.1.0' },
  paths: Object.fromEntries(paths.map((path) => [path, { get: {} }])),
});

describe(apiVerdict, () => {
  it('refuses what breaks without a version that says so', () => {
    const [before, after] = [documentWith('/a', '/b'), documentWith('/b', '/c')];
    const { report, refused } = apiVerdict(before, after, '0.1.1');
    expect(refused).toBe(true);
    expect(report.split('\n')).toEqual([
      'breaking    GET /a: removed',
      'compatible  GET /c: added',
      'Changes of the API: 2, of which 1 breaking.',
      'The version does not announce them: raise its major number, or its minor while the major is 0.',
      '',
    ]);
    expect(apiVerdict(before, after, '0.2.0')).toMatchObject({
      refused: false,
      report: expect.stringContaining('announces them.'),
    });
  });

  it('lets pass what breaks nothing', () => {
    expect(apiVerdict(documentWith('/a'), documentWith('/a', '/b'), '0.1.0').refused).toBe(false);
    expect(apiVerdict(documentWith('/a'), documentWith('/a'), '0.1.0')).toEqual({
      refused: false,
      report: 'No changes of the API.\n',
    });
  });
});

describe(lastRelease, () => {
  it('is the greatest version among the tags that lead here', () => {
    const { folder, git, write } = temporaryRepository();
    write('docs/openapi.json', JSON.stringify(documentWith('/a')));
    git('add', '.');
    git('commit', '-qm', 'first');
    expect(lastRelease(folder)).toBeUndefined();
    for (const tag of ['v0.9.0', 'v0.10.0', 'v1', 'later', 'v0.11.0-rc.1']) git('tag', tag);
    git('switch', '-qc', 'elsewhere');
    git('commit', '-q', '--allow-empty', '-m', 'second');
    git('tag', 'v2.0.0');
    git('switch', '-q', 'main');
    expect(lastRelease(folder)).toBe('v0.10.0');
    expect(documentAt(folder, 'v0.10.0')).toEqual(documentWith('/a'));
    expect(() => documentAt(folder, '--output=x')).toThrow('git show');
  });
});
