import { operations } from '../../domain/generation.ts';
import { jobStatuses } from '../../domain/jobs/job.ts';
import { limits } from '../limits.ts';
import { callerErrors, ownerParameter, type Route } from '../route.ts';
import { operationSegments } from '../submission-paths.ts';

/** The route by which callers list their own jobs, and admins everybody's. */
export const jobListRoute = {
  id: 'list-jobs',
  method: 'GET',
  path: '/v1/async/images',
  function: 'list-jobs',
  summary: 'List jobs, the newest first',
  credential: true,
  streamed: false,
  query: [
    {
      name: 'status',
      description: 'Only jobs of this status; absent: of every status.',
      schema: { type: 'string', enum: [...jobStatuses] },
    },
    {
      name: 'operation',
      description: 'Only jobs of this operation; absent: of every operation. The words of the paths are accepted, too.',
      schema: { type: 'string', enum: [...operations, ...Object.values(operationSegments)] },
    },
    {
      name: 'limit',
      description: 'Maximum number of jobs; 20 if absent.',
      schema: { type: 'integer', minimum: 1, maximum: limits.listedJobs },
    },
    { name: 'cursor', description: 'The `next_cursor` of the previous page.', schema: { type: 'string' } },
    ownerParameter('whose jobs'),
  ],
  answers: { 200: { body: 'jobs', description: 'One page of jobs, without their results.' } },
  errors: [...callerErrors, 'invalid_value', 'admin_required'],
} as const satisfies Route;
