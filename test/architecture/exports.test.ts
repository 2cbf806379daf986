import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const folders = 'bench,bin,lambda,lib,local,scripts,test';
const sources = globSync(`{${folders}}/**/*.ts`, { exclude: ['**/node_modules/**'] }).toSorted();

function importsIn(source: string): { target: string; names: string[] }[] {
  const static_ = source.matchAll(/\b(?:import|export)\s+(?:type\s+)?(\{[^}]*\}|\*[\w\s]*)\s*from\s+'(\.[^']+)'/g);
  const onDemand = source.matchAll(/\bimport\(\s*'(\.[^']+)'/g);
  return [
    ...[...static_].map(([, what = '', target = '']) => ({ target, names: namesIn(what) })),
    ...[...onDemand].map(([, target = '']) => ({ target, names: ['*'] })),
  ];
}

const namesIn = (braces: string): string[] =>
  braces.startsWith('*') ? ['*'] : [...braces.matchAll(/(?:^|[{,])\s*(?:type\s+)?(\w+)/g)].map(([, name = '']) => name);

/** Types are left out: those of an exported function's parameters and answers have a name of their own for their readers. */
const exportedValues = (source: string): string[] =>
  [...source.matchAll(/^export (?:async )?(?:const|class|function\*?) (\w+)/gm)].map(([, name = '']) => name);

/** The names that other files import of each file. A file of which all is imported at once, or on demand, has `*`. */
function importedNames(): ReadonlyMap<string, ReadonlySet<string>> {
  const imported = new Map<string, Set<string>>();
  for (const file of sources) {
    for (const { target, names } of importsIn(readFileSync(file, 'utf8'))) {
      const path = normalize(join(dirname(file), target));
      imported.set(path, new Set([...(imported.get(path) ?? []), ...names]));
    }
  }
  return imported;
}

describe('every exported value', () => {
  it('is imported by another file, or is what Lambda calls', () => {
    const imported = importedNames();
    const unused = sources
      .filter((file) => !file.startsWith('test/'))
      .flatMap((file) => {
        const names = imported.get(file) ?? new Set<string>();
        if (names.has('*')) return [];
        const isHandler = /^lambda\/handlers\/[\w-]+\.ts$/.test(file);
        const values = exportedValues(readFileSync(file, 'utf8'));
        return values
          .filter((name) => !names.has(name) && !(isHandler && name === 'handler'))
          .map((name) => `${file}: ${name}`);
      });
    expect(unused).toEqual([]);
  });

  it('is told from one that nobody imports', () => {
    expect(exportedValues('export const one = 1;\nexport function two() {}\nconst three = 3;')).toEqual(['one', 'two']);
    const source =
      "import { one, type Two } from './a.ts';\nexport type { Three } from './b.ts';\nawait import('./c.ts');";
    expect(importsIn(source)).toEqual([
      { target: './a.ts', names: ['one', 'Two'] },
      { target: './b.ts', names: ['Three'] },
      { target: './c.ts', names: ['*'] },
    ]);
  });
});
