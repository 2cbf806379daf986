import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A git repository that is gone after its test. */
export interface TemporaryRepository {
  readonly folder: string;
  /** Writes a file, with the folders that lead to it. */
  write(file: string, text: string): void;
  /** Runs git in it, and gives what it prints. Throws where git fails. */
  git(...args: readonly string[]): string;
}

/** The variables of a hook that may run these tests would lead git to another repository. */
export const withoutGit = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));

/** Written as a file, since each call of git takes a process. */
const settings = '[user]\nname = Test\nemail = test@example.com\n[commit]\ngpgsign = false\n[tag]\ngpgsign = false\n';

/** An empty repository on the branch main. */
export function temporaryRepository(): TemporaryRepository {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-git-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, env: withoutGit(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  git('init', '--quiet', '--initial-branch=main');
  appendFileSync(join(folder, '.git/config'), settings);
  return {
    folder,
    git,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
  };
}
