import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../lambda/contract/environment.ts';
import { providerNames } from '../../lambda/contract/provider-names.ts';
import { eventTable } from '../../lambda/runtime/telemetry.ts';
import { functionShapes } from '../../lib/function-shapes.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { constructName, synthesizeStage } from '../stack/synthesized-stage.ts';
import { namedRows, namesIn, section } from '../support/markdown.ts';

const read = (file: string): string => readFileSync(file, 'utf8');
const readme = read('README.md');
const architecture = read('docs/architecture.md');
const operations = read('docs/operations.md');

/** The settings that have no default. */
const required = { name: 'x', providers: { openai: {} }, maximumConcurrency: 2, dataRetention: 'retain' } as const;

/** Folders that are made by commands, or by tools. */
const made = new Set(['node_modules', 'dist', 'cdk.out', 'demo-output', 'coverage']);

const pages = globSync('**/*.md', { exclude: (path) => made.has(path) }).toSorted();

const withoutBlocks = (page: string): string => page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
const withoutCode = (page: string): string => withoutBlocks(page).replaceAll(/`[^`\n]*`/g, '');

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (file: string): readonly string[] =>
  [...withoutBlocks(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** The links of a page that lead nowhere, each with its page. */
function brokenLinks(file: string, page: string): readonly string[] {
  const targets = [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const other = path === '' ? file : join(dirname(file), path);
      if (!existsSync(other)) return true;
      return anchor !== undefined && !(other.endsWith('.md') && anchorsOf(other).includes(anchor));
    })
    .map((target) => `${file}: ${target}`);
}

describe('README.md', () => {
  it('gives each of the two commands on a line of its own', () => {
    const lines = readme.split('\n');
    expect(lines).toContain('npm ci && npm run demo');
    expect(lines).toContain('npm ci && npm test');
  });

  it('is short enough to be read', () => {
    expect(Buffer.byteLength(readme)).toBeLessThan(9000);
  });

  it('names every provider', () => {
    const [, list = ''] = /^- \*\*Many providers.*?: ([\s\S]*?), and your own servers/m.exec(readme) ?? [];
    const names = list.split(/,\s+/).map((name) => name.replaceAll('`', ''));
    expect(names.toSorted()).toEqual([...providerNames].toSorted());
  });
});

describe('docs/architecture.md', () => {
  const tree = section(architecture, '## The tree');

  it('lists every top-level room, and every room of the functions', () => {
    const rooms = readdirSync('.', { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !made.has(entry.name))
      .map(({ name }) => name);
    expect(rooms.length).toBeGreaterThan(5);
    expect(rooms.filter((room) => !new RegExp(`^${room}/ `, 'm').test(tree))).toEqual([]);
    const inner = readdirSync('lambda');
    expect(inner.filter((room) => !new RegExp(`^  ${room}/ `, 'm').test(tree))).toEqual([]);
  });

  it('gives each function with its memory and timeout, and no other', () => {
    const given = new Map(
      namedRows(section(architecture, '## The functions')).map(([name = '', , , ...numbers]) => [
        name.replaceAll('`', ''),
        numbers.map((cell) => Number(/\d+/.exec(cell)?.[0])),
      ]),
    );
    const shapes = functionShapes(resolveStage(required));
    expect([...given.keys()].toSorted()).toEqual([...functionNames].toSorted());
    for (const name of functionNames) {
      expect(given.get(name), name).toEqual([shapes[name].memoryMegabytes, shapes[name].timeoutSeconds]);
    }
  });

  it('gives each event with its level and metric, and no other', () => {
    const rows = namedRows(section(architecture, '## Telemetry')).map(([code = '', level, metric]) => [
      code,
      level,
      metric,
    ]);
    const expected = Object.entries(eventTable).map(([code, row]) => [
      `\`${code}\``,
      row.level,
      'metric' in row ? row.metric : '',
    ]);
    expect(rows.toSorted()).toEqual(expected.toSorted());
  });
});

describe('docs/operations.md', () => {
  const alarms = synthesizeStage().ofType('AWS::CloudWatch::Alarm');
  const page = section(operations, '## Alarms');

  it('names every alarm, and no other', () => {
    const forEachFunction = (name: string) =>
      functionNames.map((each) => name.replace('{Function}', constructName(each)));
    const named = namesIn(operations, '## Alarms').flatMap((name) =>
      name.startsWith('{Function}') ? forEachFunction(name) : [name],
    );
    const made = alarms.map(([logicalId]) => logicalId.replace(/^Alarms(.+)[0-9A-F]{8}$/, '$1'));
    expect(named.toSorted()).toEqual(made.toSorted());
    expect(page).toContain(`There are ${alarms.length},`);
  });

  it('reckons the price of the alarms by the metrics that they look at', () => {
    const metrics = alarms.flatMap(([, { Metrics = [{ MetricStat: {} }] }]) =>
      Metrics.filter((metric: object) => 'MetricStat' in metric),
    );
    const price = (metrics.length * 0.1).toFixed(2);
    expect(page).toContain(`They cost ${price} dollars a month by list price: 0.10 for each of the ${metrics.length} `);
    // With the secret, 0.40 a month, and some polling it is between six and seven.
    expect(Math.floor(metrics.length * 0.1 + 0.4)).toBe(6);
    expect(read('docs/costs.md')).toContain('six to seven USD a month');
  });
});

describe('CONTRIBUTING.md', () => {
  it('names every script of the package, and no other', () => {
    const commands = namesIn(read('CONTRIBUTING.md'), '## Commands');
    const named = commands.flatMap((command) => {
      const [, short, long] = /^npm (?:(start|test)|run (\S+))$/.exec(command) ?? [];
      return short ?? long ?? [];
    });
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    expect(named.toSorted()).toEqual(Object.keys(scripts).toSorted());
  });
});

describe('docs/decisions/README.md', () => {
  it('lists every record under its number and title', () => {
    const records = readdirSync('docs/decisions')
      .filter((file) => file !== 'README.md')
      .toSorted();
    const lines = records.map((file) => {
      const number = Number.parseInt(file, 10);
      const [heading = ''] = read(`docs/decisions/${file}`).split('\n');
      expect(file).toMatch(new RegExp(`^${String(number).padStart(4, '0')}-`));
      expect(heading).toMatch(new RegExp(`^# ${number}\\. `));
      return `| [${number}](${file}) | ${heading.replace(/^# \d+\. /, '')} |`;
    });
    expect(new Set(records.map((file) => file.slice(0, 4))).size).toBe(records.length);
    const listed = read('docs/decisions/README.md')
      .split('\n')
      .filter((line) => line.startsWith('| ['));
    expect(listed).toEqual(lines);
  });
});

describe('every page', () => {
  it('names no source file that is not there', () => {
    const files = globSync('{fixture,bin,examples,lambda,lib,local,scripts,test}/**/*.ts').map((file) => `/${file}`);
    // A record of a decision isn't rewritten when what it decided on is gone.
    const present = pages.filter((file) => !file.startsWith('docs/decisions/'));
    const missing = present.flatMap((file) =>
      [...read(file).matchAll(/(?:`|<br>)([\w./-]+\.ts)[`"]/g)]
        .map(([, name = '']) => name)
        .filter((name) => !files.some((each) => each.endsWith(`/${name}`)))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('links only to what is there', () => {
    expect(pages.length).toBeGreaterThan(8);
    expect(pages.flatMap((file) => brokenLinks(file, read(file)))).toEqual([]);
  });

  it('is noticed when a link breaks', () => {
    const page = '[a](docs/nowhere.md) [b](README.md#no-such-heading) [c](LICENSE) [d](README.md#examples) `[e](f)`';
    expect(brokenLinks('README.md', page)).toEqual([
      'README.md: docs/nowhere.md',
      'README.md: README.md#no-such-heading',
    ]);
  });
});
