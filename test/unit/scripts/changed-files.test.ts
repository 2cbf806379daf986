import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changedFiles, checkOutIndex, stagedFiles } from '../../../scripts/changed-files.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

/** One file of each fate, on a branch that has left main. */
function repositoryWithChanges() {
  const repository = temporaryRepository();
  const { git, write } = repository;
  write('.gitignore', 'ignored.ts\n');
  for (const name of ['same', 'deleted', 'staged', 'edited', 'moved']) write(`src/${name}.ts`, `${name}\n`);
  git('add', '.');
  git('commit', '-qm', 'first');
  git('switch', '-qc', 'branch');
  write('src/committed.ts', 'new\n');
  git('add', '.');
  git('commit', '-qm', 'second');
  git('switch', '-q', 'main');
  write('src/elsewhere.ts', 'what main did meanwhile\n');
  git('add', '.');
  git('commit', '-qm', 'third');
  git('switch', '-q', 'branch');
  write('src/staged.ts', 'staged\nchanged\n');
  git('add', '.');
  git('rm', '-q', 'src/deleted.ts');
  git('mv', 'src/moved.ts', 'src/here.ts');
  write('src/edited.ts', 'not staged\n');
  write('ä new.ts', 'unknown to git\n');
  write('ignored.ts', '\n');
  return repository;
}

describe(changedFiles, () => {
  it('names what differs from where the branch left the other: commits, staged, unstaged and new files', () => {
    const { folder } = repositoryWithChanges();
    const uncommitted = ['src/deleted.ts', 'src/edited.ts', 'src/here.ts', 'src/moved.ts', 'src/staged.ts', 'ä new.ts'];
    expect(changedFiles(folder, 'main')).toEqual(['src/committed.ts', ...uncommitted].toSorted());
    expect(changedFiles(folder, 'branch')).toEqual(uncommitted.toSorted());
    expect(() => changedFiles(folder, 'nowhere')).toThrow('nowhere');
  });
});

describe(stagedFiles, () => {
  it('names what the next commit changes, and nothing else', () => {
    const { folder } = repositoryWithChanges();
    expect(stagedFiles(folder)).toEqual(['src/deleted.ts', 'src/here.ts', 'src/moved.ts', 'src/staged.ts']);
  });
});

describe(checkOutIndex, () => {
  it('writes what the next commit holds', () => {
    const { folder } = repositoryWithChanges();
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    checkOutIndex(folder, copy);
    expect(readFileSync(join(copy, 'src/staged.ts'), 'utf8')).toBe('staged\nchanged\n');
    expect(readFileSync(join(copy, 'src/edited.ts'), 'utf8')).toBe('edited\n');
    expect(() => readFileSync(join(copy, 'src/deleted.ts'))).toThrow('ENOENT');
    expect(() => readFileSync(join(copy, 'ä new.ts'))).toThrow('ENOENT');
  });
});
