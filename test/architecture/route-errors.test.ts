import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorTable } from '../../lambda/contract/errors.ts';
import type { Route } from '../../lambda/contract/route.ts';
import { routes } from '../../lambda/contract/routes.ts';
import { gatewayAnswers } from '../../lib/gateway-answers.ts';

const all: readonly Route[] = routes;
const functions = [...new Set(all.map((route) => route.function))];

/** The files that a file imports for more than types, itself among them, near and far. */
function reached(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(
    /^import (?!type\b)[^;]*?\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'/gm,
  );
  for (const [, first, second = ''] of imports) reached(join(dirname(file), first ?? second), seen);
  return seen;
}

/** Files whose refusals are made for one function alone, though others import them for something else: `none`, for unknown paths. */
const madeFor: Readonly<Record<string, string>> = {
  'lambda/providers/catalog.ts': 'submit-job',
  'lambda/http/site/site.ts': 'none',
};

const codes = new Set(Object.keys(errorTable));

/** The codes of the refusals that a file makes, where it names them in place. */
function refusalsOf(file: string): string[] {
  const named = readFileSync(file, 'utf8').matchAll(/\b(?:GatewayError|refusal)\(\s*'([a-z_]+)'/g);
  return [...named].flatMap(([, code = '']) => (codes.has(code) ? [code] : []));
}

describe('the errors of the routes', () => {
  it.each(functions)('name every refusal that the code of %s makes', (name) => {
    const declared: ReadonlySet<string> = new Set(
      all.filter((route) => route.function === name).flatMap((route) => route.errors),
    );
    const files = [...reached(`lambda/handlers/${name}.ts`)].filter((file) => (madeFor[file] ?? name) === name);
    const missing = files.flatMap((file) =>
      refusalsOf(file).flatMap((code) => (declared.has(code) ? [] : [`${file}: ${code}`])),
    );
    expect(missing).toEqual([]);
  });

  it('name what API Gateway answers where it lets no more through, or has no answer', () => {
    const { THROTTLED, INTEGRATION_TIMEOUT, INTEGRATION_FAILURE, DEFAULT_5XX } = gatewayAnswers;
    for (const { code } of [THROTTLED, INTEGRATION_TIMEOUT, INTEGRATION_FAILURE, DEFAULT_5XX]) {
      expect(all.filter(({ errors }) => !errors.includes(code))).toEqual([]);
    }
  });
});
