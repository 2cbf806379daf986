import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../lambda/contract/environment.ts';
import { limits } from '../../lambda/contract/limits.ts';
import { providerNames } from '../../lambda/contract/provider-names.ts';
import { routes } from '../../lambda/contract/routes.ts';
import { secondsUntilPoll } from '../../lambda/providers/wire/poll-schedule.ts';
import { eventTable } from '../../lambda/runtime/telemetry.ts';
import { functionShapes } from '../../lib/function-shapes.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { constructName, synthesizeStage } from '../stack/synthesized-stage.ts';

const read = (file: string): string => readFileSync(file, 'utf8');
const readme = read('README.md');
const architecture = read('docs/architecture.md');
const operations = read('docs/operations.md');

/** The settings that have no default. */
const required = { name: 'x', providers: { openai: {} }, maximumConcurrency: 2, dataRetention: 'retain' } as const;

/** Folders that are made by commands, or by tools. */
const made = new Set(['node_modules', 'dist', 'cdk.out', 'demo-output', 'coverage']);

const pages = globSync('**/*.md', { exclude: (path) => made.has(path) }).toSorted();

/** A section of a page, from its heading to the next of the same depth or less. */
function section(page: string, heading: string): string {
  const [, depth = ''] = /^(#+)/.exec(heading) ?? [];
  const from = page.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`The page has no section "${heading}".`);
  const rest = page.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${depth.length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The cells of each row of the tables in a text, without headings and rulers. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/^\|(.+)\|$/gm)]
    .map(([, cells = '']) => cells.split('|').map((cell) => cell.trim()))
    .filter(([first = '']) => first.startsWith('`'));

/** The first cells of a section's table, without their backticks. */
const namesIn = (page: string, heading: string): readonly string[] =>
  rowsOf(section(page, heading)).map(([first = '']) => first.replaceAll('`', ''));

const withoutCode = (page: string): string =>
  page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (file: string): readonly string[] =>
  [...withoutCode(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

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

  it('names every route, and no other', () => {
    expect(
      namesIn(readme, '## The API')
        .filter((name) => /^[A-Z]+ \//.test(name))
        .toSorted(),
    ).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it('names every setting of a stage, and no other', () => {
    const settingsIn = (file: string) =>
      /export interface (?:Stage|HeldAnswer)Settings[^{]*\{\n([\s\S]*?)\n\}/.exec(read(file))?.[1] ?? '';
    const settings = ['lib/stage-settings.ts', 'lib/held-answer-settings.ts'].map(settingsIn).join('\n');
    const names = [...settings.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(namesIn(readme, '### Settings').toSorted()).toEqual(names.toSorted());
  });

  it("gives each setting's default as it is", () => {
    const given = rowsOf(section(readme, '### Settings'));
    const stage: Record<string, unknown> = { ...resolveStage(required) };
    for (const [name = '', value = ''] of given) {
      const plain = stage[name.replaceAll('`', '')];
      if (Object.hasOwn(required, name.replaceAll('`', ''))) expect(value, name).toBe('required');
      else if (typeof plain === 'number' || typeof plain === 'boolean') expect(value, name).toBe(String(plain));
      else if (typeof plain === 'string' && !plain.includes('/')) expect(value, name).toBe(`\`'${plain}'\``);
    }
    expect(stage.throttle).toEqual({ ratePerSecond: 50, burst: 100 });
    expect(given.find(([name]) => name === '`throttle`')?.[1]).toBe('50 a second, burst 100');
  });

  it('reckons what waiting and polling cost by the numbers in the code', () => {
    const costs = new Map(
      rowsOf(section(readme, '## What it costs').replaceAll('| provider with', '| `provider` with')).map((row) => [
        row[0],
        row,
      ]),
    );
    const stage = resolveStage(required);
    const { memoryMegabytes } = functionShapes(stage)['submit-job'];
    // A GB second on arm64, times a million.
    const wait = Math.round(stage.waitSeconds * (memoryMegabytes / 1024) * 13.3334);
    expect(costs.get('`Prefer: wait`')?.slice(1)).toEqual([
      String(wait),
      expect.stringContaining(`${stage.waitSeconds} s at`),
    ]);
    const pollsUntil = (typicalSeconds: number, doneAt: number) => {
      let polls = 0;
      for (let at = 0; at < doneAt; polls += 1) at += secondsUntilPoll(typicalSeconds, polls);
      return polls;
    };
    expect([pollsUntil(10, 10), pollsUntil(10, 20)]).toEqual([3, 6]);
    expect(costs.get('`provider` with a ticket')?.[1]).toBe(`${3 * 8} to ${6 * 8}`);
  });

  it('reckons what a synchronous request costs beside the asynchronous way by the numbers above it', () => {
    const costs = section(readme, '## What it costs');
    const usd = (part: string): readonly number[] =>
      (new RegExp(`^\\| ${part} \\| ([^|]+) \\|`, 'm').exec(costs)?.[1] ?? '').split(' to ').map(Number);
    const sum = (parts: readonly number[]) => parts.reduce((all, part) => all + part, 0);
    const elsewhere = sum(['API Gateway', 'other functions', 'DynamoDB', 'SQS', 'logs'].flatMap(usd));
    const [sharing, alone] = usd('worker').map((worker) => worker + elsewhere);
    const { memoryMegabytes } = functionShapes(resolveStage(required))['run-synchronously'];
    const [, row = ''] = /^\| `synchronous` \|(.+)\|$/m.exec(costs) ?? [];
    const [total = '', how = ''] = row.split('|').map((cell) => cell.trim());
    expect(how).toContain(`in place of ${sharing} to ${alone} `);
    const parts = [...how.matchAll(/(?:: |, )(\d+) for /g)].map(([, part]) => Number(part));
    expect(parts[0]).toBe(Math.round(40 * (memoryMegabytes / 1024) * 13.3334));
    expect(Number(total)).toBe(sum(parts));
    const everyJob = sum(['S3', 'inputs to the provider', 'results to the caller'].flatMap(usd));
    const inOneSecond = (memoryMegabytes / 1024) * 13.3334;
    expect(costs).toContain(`${Math.round(inOneSecond)} dollars per million requests for each second of waiting`);
    const fastAsynchronously = Math.round((10 * inOneSecond) / 4) + elsewhere + everyJob;
    const fastSynchronously = Math.round(10 * inOneSecond) + sum(parts.slice(1)) + everyJob;
    const inAll = new Map(rowsOf(costs).map(([model, ...usds]) => [model, usds.slice(0, 2)]));
    const shown = (...usds: readonly number[]) => usds.map((each) => each.toLocaleString('en-US'));
    expect(inAll.get('`fast`')).toEqual(shown(fastAsynchronously, fastSynchronously));
    expect(inAll.get('`slow`')).toEqual(shown((alone ?? 0) + everyJob, Number(total) + everyJob));
  });

  it('states every limit with its value', () => {
    const stated = new Map(rowsOf(section(readme, '## Limits')).map(([name = '', value = '']) => [name, value]));
    expect([...stated.keys()].toSorted()).toEqual(
      Object.keys(limits)
        .map((name) => `\`${name}\``)
        .toSorted(),
    );
    for (const [name, value] of Object.entries(limits)) {
      expect(stated.get(`\`${name}\``)?.split(' ')[0], name).toBe(value.toLocaleString('en-US'));
    }
  });

  it('names every provider', () => {
    expect(namesIn(readme, '### Models').toSorted()).toEqual([...providerNames].toSorted());
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
      rowsOf(section(architecture, '## The functions')).map(([name = '', , , ...numbers]) => [
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
    const rows = rowsOf(section(architecture, '## Telemetry')).map(([code = '', level, metric]) => [
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
    expect(section(readme, '## What it costs')).toContain(`${price} for the alarms`);
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
    const files = globSync('{fixture,bin,lambda,lib,local,scripts,test}/**/*.ts').map((file) => `/${file}`);
    // A record of a decision isn't rewritten when what it decided on is gone.
    const present = pages.filter((file) => !file.startsWith('docs/decisions/'));
    const missing = present.flatMap((file) =>
      [...read(file).matchAll(/`([\w./-]+\.ts)`/g)]
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
    const page = '[a](docs/nowhere.md) [b](README.md#no-such-heading) [c](LICENSE) [d](README.md#limits) `[e](f)`';
    expect(brokenLinks('README.md', page)).toEqual([
      'README.md: docs/nowhere.md',
      'README.md: README.md#no-such-heading',
    ]);
  });
});
