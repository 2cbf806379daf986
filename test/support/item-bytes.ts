import { itemOf } from '../../lambda/adapters/dynamo/jobs/job-item.ts';
import type { JobRecord } from '../../lambda/adapters/dynamo/jobs/job-record.ts';

/** What DynamoDB lets one item have. */
export const maxItemBytes = 400 * 1024;

/** The size of a job's item as DynamoDB reckons it: names and values in UTF-8; a number is at most a byte for each digit. */
export const itemBytes = (record: JobRecord): number =>
  Object.entries(itemOf(record)).reduce(
    (sum, [name, { S, N }]) => sum + Buffer.byteLength(name) + Buffer.byteLength(S ?? N ?? ''),
    0,
  );
