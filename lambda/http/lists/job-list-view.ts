import type { ErrorBody } from '../../contract/errors.ts';
import { requestTypes } from '../../contract/image-result.ts';
import type { JobListView, ListedJobView } from '../../contract/job.ts';
import type { JobPage, ListedJob } from '../../domain/jobs/lists/job-lists.ts';
import { errorBody } from '../answer/error-body.ts';
import { jobHead } from '../answer/job-head.ts';
import { cursorOf } from './job-cursor.ts';

/** A page of jobs in the contract's fields. */
export const jobListView = ({ jobs, next }: JobPage): JobListView => ({
  object: 'list',
  data: jobs.map(listedJobView),
  ...(next === undefined ? {} : { next_cursor: cursorOf(next) }),
});

function listedJobView(job: ListedJob): ListedJobView {
  const head = { ...jobHead(job), operation: job.operation };
  if (!('completedAt' in job)) return head;
  if (!('failure' in job)) return { ...head, status_code: 200 };
  const error = errorOf(job);
  return { ...head, status_code: error.status_code, error };
}

/** As a GET of the job shows it, but for what the list doesn't know: the asked model, attempts, costs and other warnings. */
function errorOf({ failure, operation, requestId }: Extract<ListedJob, { readonly failure: unknown }>): ErrorBody {
  const { code, message, param, provider, warnings } = failure;
  return errorBody({
    ...{ code, message, param },
    eventId: requestId,
    byGateway: provider === undefined,
    details: {
      ...(provider === undefined ? {} : { provider }),
      request_type: requestTypes[operation],
      ...(warnings.length === 0 ? {} : { warnings: warnings.map((warning) => ({ ...warning })) }),
    },
  });
}
