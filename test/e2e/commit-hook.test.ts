import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutGit } from '../support/temporary-repository.ts';

const repository = process.cwd();
const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'darkroom-hook-'));
const clone = join(scratch, 'clone');
const worktree = join(scratch, 'worktree');

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: folder, env: withoutGit(), encoding: 'utf8', maxBuffer: 2 ** 24 });

interface Ran {
  readonly code: number;
  readonly said: string;
}

const commit = (folder: string, ...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile('git', ['commit', '-m', 'A change', ...args], { cwd: folder, env: withoutGit() }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: `${out}${err}` }),
    );
  });

const subjects = (folder: string): readonly string[] => git(folder, 'log', '--format=%s').trim().split('\n');

const sound = "/** A greeting. */\nexport const greeting: string = 'hello';\n";
const broken = "/** A greeting. */\nexport const greeting: number = 'hello';\n";
const write = (folder: string, text: string): void => writeFileSync(join(folder, 'scripts/greeting.ts'), text);

/** A repository with the files as they now are, and the hook switched on by the documented command. */
beforeAll(() => {
  mkdirSync(clone);
  const files = git(repository, 'ls-files', '--cached', '--others', '--exclude-standard', '-z').split('\0');
  for (const file of files.filter((each) => each !== '')) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(repository, file), join(clone, file));
  }
  git(clone, 'init', '--quiet', '--initial-branch=main');
  git(clone, 'config', 'user.name', 'Test');
  git(clone, 'config', 'user.email', 'test@example.com');
  git(clone, 'add', '.');
  git(clone, 'commit', '-qm', 'Begin');
  git(clone, 'config', 'core.hooksPath', '.githooks');
  git(clone, 'worktree', 'add', '-q', '-b', 'other', worktree);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const install = (folder: string): void => symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));

describe('the commit hook', { timeout: 240_000 }, () => {
  it('says what it needs where nothing is installed', async () => {
    write(clone, sound);
    git(clone, 'add', '.');
    expect(await commit(clone)).toMatchObject({ code: 1, said: expect.stringContaining('npm ci') });
    install(clone);
    install(worktree);
  });

  it('refuses a commit that breaks types, also where the file on disk is sound already', async () => {
    write(clone, broken);
    git(clone, 'add', 'scripts');
    write(clone, sound);
    const { code, said } = await commit(clone);
    expect(code, said).toBe(1);
    expect(said).toContain('scripts/greeting.ts');
    expect(said).toContain('Types: FAILED');
    expect(subjects(clone)).toEqual(['Begin']);
  });

  it('lets a sound commit pass, whatever is on disk besides', async () => {
    git(clone, 'add', 'scripts');
    write(clone, broken);
    const { code, said } = await commit(clone);
    expect(code, said).toBe(0);
    expect(said).toContain('Types: passed');
    expect(subjects(clone)).toEqual(['A change', 'Begin']);
  });

  it('works in a worktree, and for commit --all', async () => {
    write(worktree, sound);
    git(worktree, 'add', 'scripts');
    write(worktree, 'export const greeting = "hello"\n');
    const { code, said } = await commit(worktree, '--all');
    expect(code, said).toBe(1);
    expect(said).toContain('Lint and format: FAILED');
    expect(subjects(worktree)).toEqual(['Begin']);
  });
});
