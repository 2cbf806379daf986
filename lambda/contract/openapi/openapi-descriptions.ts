import { announcedRoomSeconds } from '../../domain/files/stored-file.ts';
import type { FunctionName } from '../environment.ts';
import { limits } from '../limits.ts';
import type { Route } from '../route.ts';

/** The description of a route, besides its summary. Throws for a route without one. */
export function describeRoute({ id, function: name }: Route): string {
  const description = ofRoutes[id] ?? ofFunctions[name];
  if (!description) throw new Error(`The route ${id} has no description.`);
  return description;
}

/** Functions whose routes differ by the operation alone. */
const ofFunctions: Readonly<Partial<Record<FunctionName, string>>> = {
  'submit-job':
    'Accepts a job and returns at once where and when to poll it. The job is durable before the response is sent. A submission that repeats an `Idempotency-Key` returns the existing job.',
  'run-synchronously': `Creates a job and answers once it has ended: with its result, or with its error and that error's status. After ${limits.synchronousSeconds} seconds, or fewer if the stage is configured so, the response is a 504 that names the job, which continues. The job also continues if the caller disconnects.`,
  'get-job':
    'Returns the current job. A failed job is a 200 as well: its `status_code` and `error` give the reason. A job of another owner or operation is a 404, like an expired one.',
  'list-jobs':
    "The caller's own jobs; an admin may name another owner. Expired and deleted jobs are left out. A cursor stays valid while jobs are added: a job is never on two pages, and none is skipped. A page examines a bounded number of jobs, so it may be short or empty although it has a `next_cursor`. Lists may lag behind by moments, and an overdue job is listed as open until the next sweep.",
  'cancel-job':
    'Ends an open job without a result. Work in progress at the provider is cancelled where the provider supports that, and may be charged nevertheless. The request has no body.',
  'delete-job':
    'Deletes a job with its inputs, its result and its images, none of which can be read after the response. An open job is cancelled first.',
  'delete-answer':
    'Deletes a known answer, by the `cache_id` that `cache_debug` of its jobs shows, with its images. Later equal submissions make new images. Jobs that it has answered keep theirs.',
  'get-image':
    'Redirects to the bytes of an image. The signature in the link is the credential; it is valid until the job expires or is deleted.',
};

/** Routes that share a function with others of another kind, by id. */
const ofRoutes: Readonly<Record<string, string>> = {
  'list-models': "In the format of OpenAI's list; each model with its capabilities and how it handles each parameter.",
  'show-model': 'As in the list. A model that the key may not use is a 404.',
  'show-usage': 'Of the current windows, which begin at fixed times in UTC. An admin may name another owner.',
  'create-file': `A form uploads a small file at once. JSON announces one of up to ${limits.fileBytes.toLocaleString('en')} bytes, and the response has a form by which it can be uploaded to the storage within ${limits.uploadSeconds / 60} minutes, once or again, with exactly the declared length and type. Submissions name the file by its id. No \`Idempotency-Key\` is needed: a file that was uploaded twice costs nothing and expires.`,
  'list-files': "In the format of OpenAI's list. Announced files whose upload has arrived are shown as uploaded.",
  'show-file': 'An announced file whose upload has arrived is shown as uploaded.',
  'delete-file': `Deletes the bytes, then the record. Its room is free from then on, but that of an announced file no sooner than ${announcedRoomSeconds / 60} minutes after its announcement. Jobs that it was submitted to keep their copies.`,
  'create-key': 'Only this response shows the credential; the gateway stores a hash of it.',
  'list-keys': 'One page at a time; each key with the usage of its limits.',
  'show-key': 'Without the credential, which is not stored.',
  'update-key': 'Absent fields stay unchanged; null removes a setting. Blocking a key stops its open jobs.',
  'rotate-key': 'Jobs stay with the key. Earlier credentials keep working for `overlap_seconds`.',
  'delete-key': 'Revokes its credentials. Its jobs and files stay until they expire, unless `purge` is set.',
  health: 'Answers without calling any store or provider.',
  openapi: 'Describes the routes of the stage that answers.',
};
