import type { JobRecord } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import { attemptPrefix, manifestName, rawKeysOf } from '../../lambda/application/attempt/storage/attempt-keys.ts';
import { inputKeys } from '../../lambda/application/inputs/input-keys.ts';
import type { Evidence } from './evidence.ts';

/** The objects that nothing leads to any more, such as those of workers that were killed: the bucket's lifecycle removes them. */
export function orphansOf({ jobs, objectKeys }: Evidence): readonly string[] {
  const known = new Set(jobs.flatMap(({ row }) => (row ? knownTo(row) : [])));
  return objectKeys.filter((key) => !known.has(key));
}

function knownTo(row: JobRecord): readonly string[] {
  const { images = [], rawRequestKey, rawResponseKey } = row.result ?? {};
  const manifests = row.attempts
    .filter(({ outcome }) => outcome === 'succeeded')
    .map((attempt) => `${attemptPrefix(row, attempt)}/${manifestName}`);
  const raw = [rawRequestKey, rawResponseKey, ...row.attempts.flatMap((attempt) => rawKeysOf(row, attempt))];
  const keys = [...inputKeys(row), ...images.map(({ key }) => key), ...raw, ...manifests];
  return keys.filter((key) => key !== undefined);
}
