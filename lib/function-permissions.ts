import { type FunctionName, functionVariables, type VariableName } from '../lambda/contract/environment.ts';
import { needsKey } from '../lambda/contract/provider-names.ts';
import { grantBedrock } from './bedrock-access.ts';
import type { AnswerTable } from './constructs/answer-table.ts';
import type { FileTable } from './constructs/file-table.ts';
import type { GateTable } from './constructs/gate-table.ts';
import type { GatewayFunction } from './constructs/gateway-function.ts';
import type { ImageBucket } from './constructs/image-bucket.ts';
import type { JobQueues } from './constructs/job-queue.ts';
import type { JobTable } from './constructs/job-table.ts';
import type { KeyTable } from './constructs/key-table.ts';
import type { RootSecretResource } from './constructs/root-secret.ts';
import type { TokenSecret } from './constructs/token-secret.ts';
import type { UsageTable } from './constructs/usage-table.ts';
import { grantProviderKeys } from './provider-key-access.ts';
import type { StageConfig } from './stage-settings.ts';

/** All that functions can be given access to. */
export interface Stores {
  readonly jobs: JobTable;
  readonly keys: KeyTable;
  readonly gates: GateTable;
  readonly usage: UsageTable;
  readonly answers: AnswerTable;
  readonly files: FileTable;
  readonly images: ImageBucket;
  readonly queue: JobQueues;
  readonly rootSecret: RootSecretResource;
  /** Only where the stage takes tokens that are signed by a secret of its own. */
  readonly tokenSecret: TokenSecret | undefined;
}

type Stage = Pick<StageConfig, 'providerKeysPath' | 'providers'>;
type Grant = (grantee: GatewayFunction, stores: Stores, stage: Stage) => void;

/** Least privilege: what each function may do beyond writing its own log and sending traces. All else is denied. */
const grants: Readonly<Record<FunctionName, Grant>> = {
  'submit-job': (grantee, { jobs, keys, gates, usage, answers, files, images, queue, rootSecret }) => {
    keys.grant(grantee, 'GetItem');
    // Reads how long a model's jobs take, for `Retry-After`.
    gates.grant(grantee, 'GetItem');
    // Updating counts replays. A job whose message could not be sent is undone by the mark that is put in its place.
    jobs.grant(grantee, 'GetItem', 'PutItem', 'UpdateItem');
    // Reads which limit has refused, and which of an owner's waits are over.
    usage.grant(grantee, 'GetItem', 'UpdateItem');
    // A job with a known answer is accepted whatever its owner's rate limits and budgets say.
    answers.grant(grantee, 'GetItem');
    // Files that a submission names are inspected, and copied to its inputs.
    files.grant(grantee, 'GetItem');
    images.grantObjects(grantee, 'files', 'GetObject');
    images.grantMissingKeys(grantee);
    images.grantObjects(grantee, 'inputs', 'PutObject', 'DeleteObject');
    // A replay, or a job that ended while the caller waited, is answered with its images.
    images.grantObjects(grantee, 'results', 'GetObject');
    // A job is taken on only where it can end in time, by how many wait.
    queue.grant(grantee, 'SendMessage', 'GetQueueAttributes');
    rootSecret.grantRead(grantee);
  },
  // What submit-job and process-job may do together, but for what is only the queue's.
  'run-synchronously': (grantee, { jobs, keys, gates, usage, answers, files, images, queue, rootSecret }, stage) => {
    keys.grant(grantee, 'GetItem');
    jobs.grant(grantee, 'GetItem', 'PutItem', 'UpdateItem');
    gates.grant(grantee, 'GetItem', 'PutItem');
    usage.grant(grantee, 'GetItem', 'UpdateItem');
    files.grant(grantee, 'GetItem');
    images.grantObjects(grantee, 'files', 'GetObject');
    images.grantObjects(grantee, 'inputs', 'GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload');
    images.grantObjects(grantee, 'results', 'GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload');
    answers.grant(grantee, 'GetItem', 'PutItem');
    images.grantObjects(grantee, 'cache', 'GetObject', 'PutObject', 'DeleteObject');
    images.grantMissingKeys(grantee);
    queue.grant(grantee, 'SendMessage');
    rootSecret.grantRead(grantee);
    grantProviderKeys(grantee, stage.providerKeysPath, Object.keys(stage.providers).filter(needsKey));
    grantBedrock(grantee, stage.providers);
  },
  'get-job': (grantee, { jobs, keys, gates, usage, images, rootSecret }) => {
    keys.grant(grantee, 'GetItem');
    gates.grant(grantee, 'GetItem');
    // Reading an overdue job fails it, and any end of a job settles its reservation.
    jobs.grant(grantee, 'GetItem', 'UpdateItem');
    // Its caller's waits are counted: reads which of them are over.
    usage.grant(grantee, 'GetItem', 'UpdateItem');
    images.grantObjects(grantee, 'results', 'GetObject');
    rootSecret.grantRead(grantee);
  },
  'list-jobs': (grantee, { jobs, keys }) => {
    keys.grant(grantee, 'GetItem');
    jobs.grantQuery(grantee, 'byOwner');
  },
  'cancel-job': (grantee, { jobs, keys, gates, usage, images, queue, rootSecret }) => {
    keys.grant(grantee, 'GetItem');
    gates.grant(grantee, 'GetItem');
    jobs.grant(grantee, 'GetItem', 'UpdateItem');
    // Reads what the job has reserved, which its end settles.
    usage.grant(grantee, 'GetItem', 'UpdateItem');
    // A job that had been completed before is answered with its images.
    images.grantObjects(grantee, 'results', 'GetObject');
    queue.grant(grantee, 'SendMessage');
    rootSecret.grantRead(grantee);
  },
  'delete-job': (grantee, { jobs, keys, usage, images, queue }) => {
    keys.grant(grantee, 'GetItem');
    // The item itself stays, as a tombstone that its time to live removes.
    jobs.grant(grantee, 'GetItem', 'UpdateItem');
    usage.grant(grantee, 'GetItem', 'UpdateItem');
    images.grantObjects(grantee, 'inputs', 'DeleteObject');
    images.grantObjects(grantee, 'results', 'DeleteObject');
    queue.grant(grantee, 'SendMessage');
  },
  'delete-answer': (grantee, { keys, answers, images }) => {
    keys.grant(grantee, 'GetItem');
    answers.grant(grantee, 'GetItem', 'DeleteItem');
    images.grantObjects(grantee, 'cache', 'DeleteObject');
  },
  'get-image': (grantee, { jobs, images, rootSecret }) => {
    jobs.grant(grantee, 'GetItem');
    // A storage link carries the permissions of the role that signed it.
    images.grantObjects(grantee, 'results', 'GetObject');
    rootSecret.grantRead(grantee);
  },
  'process-job': (grantee, { jobs, keys, gates, usage, answers, images, queue }, stage) => {
    jobs.grant(grantee, 'GetItem', 'UpdateItem');
    // Before each request it sees whether the key is still good that the job was submitted with.
    keys.grant(grantee, 'GetItem');
    gates.grant(grantee, 'GetItem', 'PutItem');
    usage.grant(grantee, 'GetItem', 'UpdateItem');
    // Writing by parts needs no more than PutObject, but giving up halfway does.
    // Inputs that were named by address are fetched; those of a job that was deleted meanwhile are removed.
    images.grantObjects(grantee, 'inputs', 'GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload');
    images.grantObjects(grantee, 'results', 'GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload');
    // Known answers are led, published and replaced by puts; copying within the bucket reads one object and writes another.
    answers.grant(grantee, 'GetItem', 'PutItem');
    images.grantObjects(grantee, 'cache', 'GetObject', 'PutObject', 'DeleteObject');
    images.grantMissingKeys(grantee);
    queue.grant(grantee, 'SendMessage');
    queue.grantConsume(grantee);
    grantProviderKeys(grantee, stage.providerKeysPath, Object.keys(stage.providers).filter(needsKey));
    grantBedrock(grantee, stage.providers);
  },
  'handle-dead-letter': (grantee, { jobs, usage, queue }) => {
    jobs.grant(grantee, 'GetItem', 'UpdateItem');
    usage.grant(grantee, 'GetItem', 'UpdateItem');
    queue.grant(grantee, 'SendMessage');
    queue.grantConsumeDeadLetters(grantee);
  },
  'sweep-jobs': (grantee, { jobs, keys, usage, answers, files, images, queue }) => {
    jobs.grantQuery(grantee, 'openByDeadline');
    jobs.grant(grantee, 'GetItem', 'UpdateItem');
    // Scans all owners' reservations, settles unused ones, and deletes expired items.
    usage.grant(grantee, 'Scan', 'GetItem', 'UpdateItem', 'DeleteItem');
    // Continues the purge of a deleted key where it was more than one request's work.
    keys.grant(grantee, 'GetItem');
    jobs.grantQuery(grantee, 'byOwner');
    images.grantObjects(grantee, 'inputs', 'DeleteObject');
    images.grantObjects(grantee, 'results', 'DeleteObject');
    answers.grantPurge(grantee);
    images.grantObjects(grantee, 'cache', 'DeleteObject');
    files.grantPurge(grantee);
    images.grantObjects(grantee, 'files', 'DeleteObject');
    // The length of the backlog distinguishes a job that waits from one whose message was lost.
    queue.grant(grantee, 'SendMessage', 'GetQueueAttributes');
  },
  'list-models': (grantee, { keys }) => keys.grant(grantee, 'GetItem'),
  'show-usage': (grantee, { keys, usage }) => {
    keys.grant(grantee, 'GetItem');
    usage.grant(grantee, 'GetItem');
  },
  'manage-files': (grantee, { keys, files, images }) => {
    keys.grant(grantee, 'GetItem');
    files.grant(grantee, 'Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    // A form to upload by carries the permissions of the role that signed it. Whether an object has arrived is read, too.
    images.grantObjects(grantee, 'files', 'GetObject', 'PutObject', 'DeleteObject');
    images.grantMissingKeys(grantee);
  },
  'manage-keys': (grantee, { jobs, keys, usage, answers, files, images, queue }) => {
    // Puts create keys and change them, with optimistic locking.
    keys.grant(grantee, 'GetItem', 'PutItem', 'DeleteItem', 'Scan');
    usage.grant(grantee, 'GetItem', 'UpdateItem');
    // A purge deletes all jobs and known answers of a key, as delete-job and delete-answer do one.
    jobs.grantQuery(grantee, 'byOwner');
    jobs.grant(grantee, 'GetItem', 'UpdateItem');
    images.grantObjects(grantee, 'inputs', 'DeleteObject');
    images.grantObjects(grantee, 'results', 'DeleteObject');
    answers.grantPurge(grantee);
    images.grantObjects(grantee, 'cache', 'DeleteObject');
    files.grantPurge(grantee);
    images.grantObjects(grantee, 'files', 'DeleteObject');
    queue.grant(grantee, 'SendMessage');
  },
  'serve-site': () => {},
};

/** Gives every function the permissions listed for it, and no others. */
export function grantFunctions(
  functions: Readonly<Record<FunctionName, GatewayFunction>>,
  stores: Stores,
  stage: Stage,
): void {
  for (const [name, grant] of Object.entries(grants)) grant(functions[name as FunctionName], stores, stage);
  for (const grantee of tokenReaders.map((name) => functions[name])) stores.tokenSecret?.grantRead(grantee);
}

/** The functions that authenticate callers. */
const tokenReaders = Object.keys(functionVariables)
  .map((name) => name as FunctionName)
  .filter((name) => (functionVariables[name] as readonly VariableName[]).includes('TOKENS'));
