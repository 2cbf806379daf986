import type { FunctionName } from '../environment.ts';
import { limits } from '../limits.ts';
import type { Route } from '../route.ts';

/** What there is to know of a route besides its summary. Throws for one of which nothing is told. */
export function describeRoute({ id, function: name }: Route): string {
  const description = ofRoutes[id] ?? ofFunctions[name];
  if (!description) throw new Error(`Nothing is told of the route ${id}.`);
  return description;
}

/** Functions whose routes differ by the operation alone. */
const ofFunctions: Readonly<Partial<Record<FunctionName, string>>> = {
  'submit-job':
    'Accepts a job, which is durable from the answer on, and answers at once with where and when to ask for it. A submission that repeats an `Idempotency-Key` gets its job again.',
  'run-synchronously': `Makes a job of the submission and answers once it has ended: with its result, or with its failure and the failure's own status. After ${limits.synchronousSeconds} seconds, or fewer where the stage says so, the answer is a 504 that names the job, which goes on. So does the job of a caller who hangs up.`,
  'get-job':
    'Shows the job as it stands. One that has failed is a 200 as well: its `status_code` and `error` say why. A job of another owner or operation is a 404, like one that has expired.',
  'cancel-job':
    'Ends an open job without a result; what a provider has in hand is called off where that can be done, and may be charged all the same. The request has no body.',
  'delete-job':
    'Removes a job with its inputs, its result and its images, which are out of reach from the answer on. An open job is cancelled first.',
  'get-image':
    'Leads to the bytes of an image. The signature in the link is the credential; it holds until the job expires or is deleted.',
};

/** Routes that share a function with others of another kind, by id. */
const ofRoutes: Readonly<Record<string, string>> = {
  'list-models': "In the form of OpenAI's list, each with what it can do and what becomes of each parameter.",
  'show-model': 'The same as in the list. A model that the key may not use is a 404.',
  'create-key': 'The answer is the only one that shows the credential, of which the gateway keeps a hash alone.',
  'list-keys': 'A page at a time, each key with how far its limits are used.',
  'show-key': 'Without the credential, which is kept nowhere.',
  'update-key':
    'What is absent stays as it is; null takes a setting away. A key that is blocked has its open jobs stopped.',
  'rotate-key': 'Jobs stay with the key. Credentials of before go on working for `overlap_seconds`.',
  'delete-key': 'Its credentials end. Its jobs stay until they expire, unless `purge` is asked for.',
  health: 'Answers without asking any store or provider.',
  openapi: 'The routes are those of the stage that answers.',
};
