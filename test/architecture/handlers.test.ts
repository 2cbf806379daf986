import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FunctionName, functionNames } from '../../lambda/contract/environment.ts';
import type { Route } from '../../lambda/contract/route.ts';
import { routes } from '../../lambda/contract/routes.ts';
import { namedRows, section } from '../support/markdown.ts';

const home = 'lambda/handlers';
const all: readonly Route[] = routes;
/** The functions that a route of the API leads to. */
const apiFunctions: readonly FunctionName[] = [...new Set(all.map((route) => route.function))];

interface Import {
  /** What is imported, types apart, under the names of the file that it comes from. */
  readonly names: readonly string[];
  /** A file of our own by its path, or a package. */
  readonly source: string;
}

/** What a file imports for more than types; `text` is what stands in it. */
function importsOf(file: string, text: string): readonly Import[] {
  const named = [...text.matchAll(/^import (?!type\b)\{([^}]*)\} from '([^']+)'/gm)];
  const loaded = [...text.matchAll(/\bimport\('([^']+)'/g)].map(([, source = '']) => ['', '', source]);
  return [...named, ...loaded].map(([, list = '', source = '']) => ({
    names: list.split(',').flatMap((each) => /^\s*(?!type\b)(\w+)/.exec(each)?.[1] ?? []),
    source: source.startsWith('.') ? join(dirname(file), source) : source,
  }));
}

const textOf = (file: string): string => readFileSync(file, 'utf8');

/** The files and packages that a file leads to, itself included, near and far. */
function reached(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (file.endsWith('.ts')) for (const { source } of importsOf(file, textOf(file))) reached(source, seen);
  return seen;
}

const flowsOf = (imports: readonly Import[]): readonly string[] =>
  imports.flatMap(({ names, source }) => (source.startsWith(`${home}/flows/`) ? names : []));

/** The names of the flow files that a function's root imports. */
const flowFilesOf = (name: FunctionName): readonly string[] =>
  importsOf(`${home}/${name}.ts`, textOf(`${home}/${name}.ts`))
    .filter(({ source }) => source.startsWith(`${home}/flows/`))
    .map(({ source }) => basename(source));

/** What a composition root may take of the HTTP side: what sends an answer, and what answers for a fault. */
const sending: readonly string[] = ['bufferedHandler', 'streamedHandler', 'answerFault'];

/** What makes a composition root of an API function more than one. Empty where it only composes. */
function flowIn(name: string, text: string): readonly string[] {
  const file = `${home}/${name}.ts`;
  const imports = importsOf(file, text);
  const [flow, ...others] = flowsOf(imports);
  const of = (room: string) =>
    imports.flatMap(({ names, source }) => (source.startsWith(`lambda/${room}/`) ? names : []));
  const handler = new RegExp(`^export const handler = (?:buffered|streamed)Handler\\(${flow}\\(dependencies\\), `, 'm');
  return [
    ...(flow === undefined ? ['it has no flow'] : []),
    ...others.map((other) => `a second flow: ${other}`),
    ...(handler.test(text) ? [] : ['its handler is not its flow over its dependencies']),
    ...(text.match(/^export\b/gm)?.length === 1 ? [] : ['it exports more than its handler']),
    ...of('application').flatMap((used) => (/^create[A-Z]/.test(used) ? [] : [`it calls a use case: ${used}`])),
    ...of('http').flatMap((used) => (sending.includes(used) ? [] : [`it reads or answers by itself: ${used}`])),
    ...(/\basync\b|\bevent\b/.test(text) ? ['it handles an event by itself'] : []),
  ];
}

describe('every function', () => {
  it('is a file of its own among the handlers, beside no other', () => {
    const files = globSync(`${home}/*.ts`).map((file) => basename(file, '.ts'));
    expect(files.toSorted()).toEqual(functionNames.toSorted());
  });

  it('finds what several of them are composed of in a folder of its own, which knows no flow', () => {
    const files = globSync(`${home}/composition/*.ts`);
    expect(files.length).toBeGreaterThan(2);
    expect(files.flatMap((file) => flowsOf(importsOf(file, textOf(file))))).toEqual([]);
  });
});

describe('the function of a route', () => {
  it.each(apiFunctions)('%s composes one flow and has none itself', (name) => {
    expect(flowIn(name, textOf(`${home}/${name}.ts`))).toEqual([]);
  });

  it.each(apiFunctions)('%s has a flow that needs neither environment nor AWS to be imported', (name) => {
    const [flow = ''] = flowFilesOf(name);
    expect(flow).toMatch(/^answer-[a-z-]+\.ts$/);
    const files = [...reached(`${home}/flows/${flow}`)];
    expect(files.some((each) => each.startsWith('lambda/http/'))).toBe(true);
    const foreign = /^(?:@aws-sdk|@smithy|@aws-lambda-powertools)|^lambda\/(?:runtime|adapters|providers)\//;
    expect(files.filter((each) => foreign.test(each))).toEqual([]);
  });

  it('shares its flow with no other', () => {
    const flows = apiFunctions.flatMap((name) =>
      flowsOf(importsOf(`${home}/${name}.ts`, textOf(`${home}/${name}.ts`))),
    );
    const files = globSync(`${home}/flows/answer-*.ts`).map((file) => basename(file, '.ts'));
    expect(new Set(flows).size).toBe(apiFunctions.length);
    expect(files).toHaveLength(apiFunctions.length);
  });
});

describe('docs/architecture.md', () => {
  it("names each function's flow", () => {
    const rows = namedRows(section(readFileSync('docs/architecture.md', 'utf8'), '## The handlers'));
    const named = rows.flatMap(([functions = '', flow = '']) =>
      [...functions.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, /^`([^`]+)`/.exec(flow)?.[1]] as const),
    );
    const flows = functionNames.map((name) => [name, flowFilesOf(name)[0]] as const);
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(flows));
  });
});

describe(flowIn, () => {
  const composed = [
    "import { createUsualSeconds } from '../application/serve/usual-seconds.ts';",
    "import { answerFault } from '../http/answer/answer-fault.ts';",
    "import { bufferedHandler } from '../http/answer/buffered-handler.ts';",
    "import { answerDeletion } from './flows/answer-deletion.ts';",
    'const dependencies = { usualSeconds: createUsualSeconds({}) };',
    'export const handler = bufferedHandler(answerDeletion(dependencies), answerFault(telemetry), []);',
  ];
  const and = (...lines: readonly string[]) => flowIn('delete-job', [...lines, ...composed].join('\n'));

  it('finds nothing where a root only composes', () => {
    expect(and()).toEqual([]);
  });

  it.each([
    ["import { deleteJob } from '../application/serve/delete-job.ts';", 'it calls a use case: deleteJob'],
    [
      "import { type Answer, emptyResponse } from '../http/answer/api-response.ts';",
      'it reads or answers by itself: emptyResponse',
    ],
    ["import { answerSiteRequest } from './flows/answer-site-request.ts';", 'a second flow: answerDeletion'],
    ['const answer = async () => 1;', 'it handles an event by itself'],
    ['export const other = 1;', 'it exports more than its handler'],
  ])('finds a flow in one with %j', (line, found) => {
    expect(and(line)).toContain(found);
  });

  it('finds a handler that wraps its flow', () => {
    const wrapped = composed.map((line) => line.replace('answerDeletion(dep', 'traced(answerDeletion)(dep'));
    expect(flowIn('delete-job', wrapped.join('\n'))).toEqual(['its handler is not its flow over its dependencies']);
  });
});
