import { limits } from '../../contract/limits.ts';
import { operationSegments } from '../../contract/submission-paths.ts';
import { type Operation, operations } from '../../domain/generation.ts';
import { type JobStatus, jobStatuses } from '../../domain/jobs/job.ts';
import type { JobListRequest } from '../../domain/jobs/lists/job-lists.ts';
import { onlyValueOf, type Query, readLimit, readOwner, refuseOthers, wrongQuery } from '../request/query-value.ts';
import { positionOf } from './job-cursor.ts';

const defaultListedJobs = 20;

const statuses: ReadonlyMap<string, JobStatus> = new Map(jobStatuses.map((status) => [status, status]));

/** Each operation in the words of `operation` and of the paths. */
const operationWords: ReadonlyMap<string, Operation> = new Map(
  operations.flatMap((operation) =>
    [operation, operationSegments[operation]].map((word) => [word, operation] as const),
  ),
);

/** Reads the query of a list of jobs. Throws GatewayError `invalid_value`, naming the parameter at fault. */
export function readJobList(request: Query): JobListRequest {
  refuseOthers(request, ['status', 'operation', 'limit', 'cursor', 'owner']);
  const status = readWord(request, 'status', statuses, jobStatuses);
  const operation = readWord(request, 'operation', operationWords, operations);
  const cursor = onlyValueOf(request, 'cursor');
  const after = cursor === undefined ? undefined : positionOf(cursor);
  if (cursor !== undefined && after === undefined)
    throw wrongQuery('cursor', 'must be the `next_cursor` of another page');
  const owner = readOwner(request);
  return {
    limit: readLimit(request, { otherwise: defaultListedJobs, max: limits.listedJobs }),
    ...(status === undefined ? {} : { status }),
    ...(operation === undefined ? {} : { operation }),
    ...(after === undefined ? {} : { after }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** What a word of the query means. Throws `invalid_value` for another word. */
function readWord<Meaning>(
  request: Query,
  name: string,
  meanings: ReadonlyMap<string, Meaning>,
  words: readonly string[],
): Meaning | undefined {
  const word = onlyValueOf(request, name);
  const meaning = word === undefined ? undefined : meanings.get(word);
  if (word !== undefined && meaning === undefined) throw wrongQuery(name, `must be one of ${words.join(', ')}`);
  return meaning;
}
