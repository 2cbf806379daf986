import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SecretPlan } from '../plan/values.ts';
import { writeWhole } from './data-directory.ts';
import { generateSecret } from './generated-secret.ts';

/**
 * The value of each secret by its name. A generated one is made up once: with a data directory it is the same after a
 * restart. A secret with neither value nor recipe is left out, as AWS has no value for it either.
 */
export function resolveSecretValues(
  secrets: readonly SecretPlan[],
  dataDirectory: string | undefined,
): ReadonlyMap<string, string> {
  const kept = dataDirectory === undefined ? {} : readKept(dataDirectory);
  const values = new Map<string, string>();
  const generated: Record<string, string> = {};
  for (const { name, value, generate } of secrets) {
    if (value !== undefined) values.set(name, value);
    else if (generate !== undefined) {
      generated[name] = kept[name] ?? generateSecret(generate);
      values.set(name, generated[name]);
    }
  }
  if (dataDirectory !== undefined)
    writeWhole(join(dataDirectory, 'secrets.json'), JSON.stringify({ ...kept, ...generated }));
  return values;
}

/**
 * A missing file is a first start; any other fault stops the start, since new secrets would void what the old ones
 * signed.
 */
function readKept(dataDirectory: string): Record<string, string> {
  try {
    const text = readFileSync(join(dataDirectory, 'secrets.json'), 'utf8');
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
