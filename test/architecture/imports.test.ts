import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What every provider's folder may import: no provider knows another, and what stages set is of the contract's types. */
const providerFolder = {
  own: ['lambda/domain', 'lambda/contract', 'lambda/planning', 'lambda/providers/wire', 'lambda/providers/formats'],
  packages: ['node:*'],
} as const;

/** What each room of the use cases may import of the others: work runs downhill, from who calls to what all have in common. */
const applicationRooms: Readonly<Record<string, readonly string[]>> = {
  timing: [],
  end: [],
  inputs: ['timing'],
  'rate-limiter': ['timing'],
  attempt: ['timing', 'end', 'rate-limiter'],
  answers: ['timing', 'end', 'attempt'],
  process: ['timing', 'end', 'inputs', 'rate-limiter', 'attempt', 'answers'],
  submit: ['timing', 'end', 'inputs'],
  serve: ['timing', 'end', 'inputs', 'attempt', 'answers'],
  synchronous: ['timing', 'end', 'attempt', 'answers', 'process', 'submit', 'serve'],
  upkeep: ['timing', 'end', 'process'],
  files: ['timing'],
  keys: ['answers', 'files', 'serve', 'upkeep'],
};

function providerFolders(): readonly string[] {
  return globSync('lambda/providers/*/models.ts').map(dirname);
}

/**
 * Who may know whom. A module is the longest prefix that a file's path begins with; `own` are the modules it may import
 * besides itself, `packages` the npm packages and node built-ins (a trailing * stands for any ending).
 */
const table: Record<string, { readonly own: readonly string[]; readonly packages: readonly string[] }> = {
  'lambda/domain': { own: [], packages: [] },
  'lambda/contract': { own: ['lambda/domain'], packages: ['zod/mini'] },
  'lambda/planning': { own: ['lambda/domain'], packages: [] },
  ...Object.fromEntries(
    Object.entries(applicationRooms).map(([room, below]) => [
      `lambda/application/${room}`,
      { own: ['lambda/domain', ...below.map((name) => `lambda/application/${name}`)], packages: [] },
    ]),
  ),
  'lambda/providers/wire': { own: ['lambda/domain', 'lambda/planning'], packages: ['node:*'] },
  'lambda/providers/formats': {
    own: ['lambda/domain', 'lambda/planning', 'lambda/providers/wire'],
    packages: [],
  },
  ...Object.fromEntries(providerFolders().map((folder) => [folder, providerFolder])),
  'lambda/providers': {
    own: ['lambda/domain', 'lambda/contract', 'lambda/planning', 'lambda/providers/*'],
    packages: [],
  },
  'lambda/adapters': {
    own: ['lambda/domain'],
    packages: ['node:*', '@aws-sdk/*', '@smithy/signature-v4', '@jsquash/*', 'jose'],
  },
  'lambda/http': {
    own: ['lambda/contract', 'lambda/domain'],
    packages: ['node:*', 'busboy', 'zod/mini', 'aws-lambda'],
  },
  'lambda/runtime': { own: ['lambda/contract', 'lambda/domain'], packages: ['@aws-lambda-powertools/*'] },
  'lambda/handlers/flows': {
    own: ['lambda/domain', 'lambda/contract', 'lambda/application/*', 'lambda/http'],
    packages: ['aws-lambda'],
  },
  'lambda/handlers': { own: ['lambda/*'], packages: ['@aws-sdk/*', 'aws-lambda'] },
  lib: {
    own: ['lambda/contract', 'lambda/domain'],
    packages: ['node:*', 'aws-cdk-lib*', 'constructs', 'cdk-nag', 'esbuild'],
  },
  'local/vendors': { own: [], packages: ['node:*', 'sharp', 'busboy', 'zod'] },
  local: {
    own: [],
    packages: ['node:*', '@aws-sdk/*', 'busboy', 'dynalite', 'fauxqs*', 'esbuild', 'zod', 'aws-lambda'],
  },
};

const modules = Object.keys(table).sort((a, b) => b.length - a.length);
const moduleOf = (path: string): string | undefined => modules.find((name) => path.startsWith(`${name}/`));
const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

interface Import {
  readonly from: string;
  readonly target: string;
}

function importsOf(file: string): Import[] {
  const source = readFileSync(file, 'utf8');
  const found = source.matchAll(
    /^\s*(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm,
  );
  return [...found].map((match) => ({ from: file, target: match[1] ?? match[2] ?? match[3] ?? '' }));
}

function refusal({ from, target }: Import): string | undefined {
  const home = moduleOf(from);
  if (!home) return undefined;
  const rule = table[home];
  if (!target.startsWith('.')) {
    return rule?.packages.some((pattern) => matches(pattern, target)) ? undefined : `${from} imports ${target}`;
  }
  const path = normalize(join(dirname(from), target));
  const other = moduleOf(path);
  if (other === home) return undefined;
  return other && rule?.own.some((pattern) => matches(pattern, other)) ? undefined : `${from} imports ${path}`;
}

/** Providers' folders have one grant in common: what one of them uses is used. */
const roomOf = (name: string): string => (table[name] === providerFolder ? 'lambda/providers/<provider>' : name);

/** What a grant names: the package, or the module in which the file is. */
const targetOf = (from: string, target: string): string =>
  target.startsWith('.') ? (moduleOf(normalize(join(dirname(from), target))) ?? target) : target;

const sources = globSync('{lambda,lib,local}/**/*.ts').toSorted();

describe('the import table', () => {
  it('holds for every file', () => {
    const refused = sources.flatMap(importsOf).map(refusal).filter(Boolean);
    expect(refused).toEqual([]);
  });

  it('grants nothing that no file uses', () => {
    const used = sources
      .flatMap(importsOf)
      .map(({ from, target }) => ({ room: roomOf(moduleOf(from) ?? ''), target: targetOf(from, target) }));
    const granted = new Map(
      Object.entries(table).map(([name, { own, packages }]) => [roomOf(name), [...own, ...packages]]),
    );
    const unused = [...granted].flatMap(([room, patterns]) =>
      patterns
        .filter((pattern) => !used.some((each) => each.room === room && matches(pattern, each.target)))
        .map((pattern) => `${room} needs no ${pattern}`),
    );
    expect(unused).toEqual([]);
  });

  it('covers every file', () => {
    expect(sources.filter((file) => moduleOf(file) === undefined)).toEqual([]);
    expect(sources.length).toBeGreaterThan(60);
  });

  it('sees an import that is not allowed', () => {
    expect(refusal({ from: 'lambda/domain/jobs/job.ts', target: 'zod' })).toBeDefined();
    expect(refusal({ from: 'lambda/application/submit/submit-job.ts', target: '../http/body.ts' })).toBeDefined();
    expect(refusal({ from: 'lambda/providers/openai/wire.ts', target: '../registry.ts' })).toBeDefined();
    expect(refusal({ from: 'lambda/handlers/flows/answer-deletion.ts', target: '../delete-job.ts' })).toBeDefined();
    expect(refusal({ from: 'local/start.ts', target: '../lambda/domain/jobs/job.ts' })).toBeDefined();
  });
});

describe('benchmarks and scripts', () => {
  const targets = (folder: string): string[] =>
    globSync(`${folder}/**/*.ts`)
      .flatMap(importsOf)
      .filter(({ target }) => target.startsWith('.'))
      .map(({ from, target }) => normalize(join(dirname(from), target)));

  it('are needed by no command that starts or deploys the stack', () => {
    expect(targets('bin').filter((path) => /^(?:test|bench|scripts)\//.test(path))).toEqual([]);
  });

  it('take of the tests what test/support has for all, and nothing else', () => {
    const taken = [...targets('bench'), ...targets('scripts')].filter((path) => path.startsWith('test/'));
    expect(taken.filter((path) => !path.startsWith('test/support/'))).toEqual([]);
    expect(taken.length).toBeGreaterThan(0);
  });
});

describe('production code', () => {
  it('reads the environment in one place only', () => {
    const readers = sources.filter(
      (file) => file.startsWith('lambda/') && readFileSync(file, 'utf8').includes('process.env'),
    );
    expect(readers).toEqual(['lambda/runtime/config.ts']);
  });

  it('does not know that it may run on one machine', () => {
    const knowing = sources.filter(
      (file) =>
        file.startsWith('lambda/') &&
        /127\.0\.0\.1|localhost|dynalite|fauxqs|simulator/i.test(withoutComments(readFileSync(file, 'utf8'))),
    );
    expect(knowing).toEqual([]);
  });

  it('leaves time, chance and ids to ports, where the engine decides', () => {
    const globals =
      /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|nextTick|performance|crypto)\b|\bfetch\(|Math\.random|randomUUID|Date\.now|new Date\(\)|AbortSignal\.timeout/;
    const engine = sources.filter((file) => /^lambda\/(?:domain|application)\//.test(file));
    expect(engine.filter((file) => globals.test(withoutComments(readFileSync(file, 'utf8'))))).toEqual([]);
    expect(engine.length).toBeGreaterThan(50);
  });

  it('keeps every file short enough to be read in one go', () => {
    const long = sources.filter((file) => readFileSync(file, 'utf8').split('\n').length > 251);
    expect(long).toEqual([]);
  });
});

const withoutComments = (source: string): string => source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

describe('tests', () => {
  it('draw from fast-check with the seed that all have in common', () => {
    const drawing = globSync('test/**/*.ts').filter((file) =>
      importsOf(file).some(({ target }) => target === 'fast-check'),
    );
    expect(drawing).toEqual(['test/support/seeded-fast-check.ts']);
  });
});

describe('the runtime', () => {
  it('is the Node version of the functions', () => {
    expect(process.versions.node).toMatch(/^24\./);
  });
});
