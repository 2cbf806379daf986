import { globSync, readFileSync } from 'node:fs';
import { parseYaml } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';

const read = (file: string): string => readFileSync(file, 'utf8');
const { scripts } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The scripts of npm that a text names and the package doesn't have. */
const missingScripts = (text: string): readonly string[] =>
  [...text.matchAll(/\bnpm (?:run(?: -\S+)* ([\w:-]+)|(start|test)\b)/g)]
    .map(([, named, short]) => named ?? short ?? '')
    .filter((name) => !Object.hasOwn(scripts, name));

/** Whatever tells people or machines to run something. A record of a decision stays as it was written. */
const texts = [
  ...globSync('{*.md,docs/*.md,examples/*,lib/**/*.ts,local/**/*.ts,bin/*.ts,scripts/*.ts,bench/*.ts,.ci/*}'),
  ...globSync('{.github/**/*.{yml,md},.githooks/*}'),
].filter((file) => !file.endsWith('.png') && file !== 'CHANGELOG.md');

describe('every text that names a command', () => {
  it('names scripts that the package has', () => {
    expect(texts).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', '.github/workflows/ci.yml', '.githooks/pre-commit']),
    );
    const missing = texts.flatMap((file) => missingScripts(read(file)).map((name) => `${file}: npm run ${name}`));
    expect(missing).toEqual([]);
  });

  it('is noticed where it names one that is not there', () => {
    expect(missingScripts('`npm run no-such:script`, npm test, npm run check -- --staged')).toEqual(['no-such:script']);
    expect(missingScripts('exec npm run --silent nothing')).toEqual(['nothing']);
  });
});

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'timeout-minutes'?: number;
        readonly permissions?: unknown;
        readonly strategy?: { readonly matrix: { readonly command?: readonly string[] } };
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}

describe('.github/workflows', () => {
  const files = globSync('.github/workflows/*.yml');
  const workflows = files.map((file) => parseYaml(read(file)) as Workflow);
  const jobs = workflows.flatMap((workflow) => Object.values(workflow.jobs));
  const steps = jobs.flatMap((job) => job.steps);

  it('may read the repository, and nothing else', () => {
    expect(workflows.map(({ permissions }) => permissions)).toEqual(files.map(() => ({ contents: 'read' })));
    expect(jobs.filter(({ permissions }) => permissions !== undefined)).toEqual([]);
  });

  it('end in a bounded time', () => {
    expect(jobs.filter((job) => !(Number(job['timeout-minutes']) <= 60))).toEqual([]);
  });

  it('run no action that somebody could change under its name', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(2);
    expect(used.filter((uses) => !/^actions\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });

  it('put nothing that a contributor chooses into a command line', () => {
    const commands = steps.flatMap(({ run }) => run ?? []);
    const inserted = commands.flatMap((run) => [...run.matchAll(/\$\{\{\s*(.+?)\s*\}\}/g)].map(([, what]) => what));
    expect(inserted.filter((what) => what !== 'matrix.command')).toEqual([]);
  });

  it("run the README's two commands as they stand there", () => {
    const promised = read('README.md')
      .split('\n')
      .filter((line) => line.startsWith('npm ci && '));
    expect(promised).toHaveLength(2);
    const commands = jobs.flatMap(({ strategy }) => strategy?.matrix.command ?? []);
    expect(commands.toSorted()).toEqual(promised.toSorted());
  });
});

describe('.github/ISSUE_TEMPLATE', () => {
  interface Form {
    readonly name?: string;
    readonly description?: string;
    readonly body?: readonly { readonly type: string; readonly id?: string; readonly attributes: object }[];
  }
  const forms = globSync('.github/ISSUE_TEMPLATE/*.yml').filter((file) => !file.endsWith('/config.yml'));

  // https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
  it.each(forms)('%s is a form as GitHub takes it', (file) => {
    const { name, description, body = [] } = parseYaml(read(file)) as Form;
    expect([name, description]).toEqual([expect.any(String), expect.any(String)]);
    const fields = body.filter(({ type }) => type !== 'markdown');
    expect(fields.length).toBeGreaterThan(1);
    for (const { type, id, attributes } of fields) {
      expect(['input', 'textarea', 'dropdown', 'checkboxes']).toContain(type);
      expect(attributes, id).toHaveProperty('label');
      expect(id).toMatch(/^[a-z_-]+$/);
    }
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  });

  it('leads vulnerabilities away from the issues', () => {
    const config = parseYaml(read('.github/ISSUE_TEMPLATE/config.yml')) as {
      readonly contact_links: readonly { readonly url: string; readonly about: string }[];
    };
    expect(config.contact_links.map(({ about }) => about).join()).toContain('SECURITY.md');
    expect(config.contact_links.filter(({ url }) => !url.startsWith('https://'))).toEqual([]);
  });
});
