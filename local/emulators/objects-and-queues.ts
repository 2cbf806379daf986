import type { RequestListener, Server } from 'node:http';
import { buildApp } from 'fauxqs';
import type { CorsRule } from './s3/cors.ts';
import { createS3Front, type S3Front } from './s3/s3-front.ts';
import type { Account } from './s3/signature-v4.ts';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type Persistence = NonNullable<Stores['sqsStore']['persistence']>;
type Queue = NonNullable<ReturnType<Stores['sqsStore']['getQueueByArn']>>;

/** An S3 and SQS emulator: one server implements both. */
export interface ObjectAndQueueEmulator {
  readonly server: Server;
  /** Sets the cross-origin rules of a bucket; without any, scripts of other origins may do nothing there. */
  setCorsRules(bucket: string, rules: readonly CorsRule[]): void;
  /** The queues that hold messages which can't be received yet, such as those of a run that was killed. */
  hiddenMessages(): readonly HiddenMessages[];
  /** Ends open long polls, connections and the files behind it. */
  close(): Promise<void>;
}

/** What of a queue can't be received yet: received before and not deleted, or delayed. */
export interface HiddenMessages {
  readonly queueName: string;
  readonly count: number;
  /** When the last of them shows, in epoch milliseconds. */
  readonly until: number;
}

/** S3 itself takes 5 GiB in one request; the emulator holds a body in memory, so it gets a bound of its own. */
const maximumBodyBytes = 256 * 1024 * 1024;

/** How an S3 and SQS emulator is made. */
export interface ObjectAndQueueOptions {
  /** Whose signatures count. */
  readonly account: Account;
  /** Where objects and messages are kept; absent: in memory. */
  readonly folder?: string;
  /** Epoch milliseconds, by which presigned requests expire. @default Date.now */
  readonly now?: () => number;
}

/** Makes an S3 and SQS emulator. It answers once `server` listens. */
export async function createObjectAndQueueEmulator({
  account,
  folder,
  now = Date.now,
}: ObjectAndQueueOptions): Promise<ObjectAndQueueEmulator> {
  const stores = await createStores();
  const persistence = folder === undefined ? undefined : await loadPersistence(folder, stores);
  const app = buildApp({ logger: false, defaultRegion: account.region, stores });
  // fauxqs reads at most 11 MiB of a body, which would cut direct uploads short that S3 takes.
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maximumBodyBytes }, (_request, body, done) => {
    done(null, body);
  });
  await app.ready();
  const corsRules = new Map<string, readonly CorsRule[]>();
  const corsRulesOf = (bucket: string) => corsRules.get(bucket) ?? [];
  putBefore(app.server, createS3Front(stores.s3Store, { account, now, maxBytes: maximumBodyBytes, corsRulesOf }));
  return {
    server: app.server,
    setCorsRules: (bucket, rules) => void corsRules.set(bucket, rules),
    hiddenMessages: () => [...stores.sqsStore.allQueues()].flatMap(hiddenIn),
    async close() {
      await app.close();
      persistence?.close();
    },
  };
}

/** Lets the front see each request before fauxqs does. */
function putBefore(server: Server, front: S3Front): void {
  const handlers = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', async (request, response) => {
    if (await front(request, response)) return;
    for (const handle of handlers) handle(request, response);
  });
}

function hiddenIn(queue: Queue): readonly HiddenMessages[] {
  const { inflight, delayed } = queue.inspectMessages();
  const until = [
    ...inflight.map(({ visibilityDeadline }) => visibilityDeadline),
    ...delayed.map(({ delayUntil }) => delayUntil ?? 0),
  ].filter((time) => time > Date.now());
  return until.length === 0 ? [] : [{ queueName: queue.name, count: until.length, until: Math.max(...until) }];
}

async function createStores(): Promise<Stores> {
  const { SqsStore } = await importPart<{ SqsStore: new () => Stores['sqsStore'] }>('sqs/sqsStore.js');
  const { SnsStore } = await importPart<{ SnsStore: new () => Stores['snsStore'] }>('sns/snsStore.js');
  const { S3Store } = await importPart<{ S3Store: new () => Stores['s3Store'] }>('s3/s3Store.js');
  const s3Store = new S3Store();
  await boundDeletions(s3Store);
  return { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store };
}

/** The most keys of one request: docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const maxDeletions = 1000;

async function boundDeletions(s3Store: Stores['s3Store']): Promise<void> {
  const { S3Error } = await importPart<{
    S3Error: new (code: string, message: string, status: number) => Error;
  }>('common/errors.js');
  const deleteObjects = s3Store.deleteObjects.bind(s3Store);
  s3Store.deleteObjects = (bucket, keys) => {
    if (keys.length <= maxDeletions) return deleteObjects(bucket, keys);
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed.', 400);
  };
}

/** Loads what the folder holds into the stores, and keeps it up to date from then on. */
async function loadPersistence(folder: string, stores: Stores): Promise<Persistence> {
  const { PersistenceManager } = await importPart<{ PersistenceManager: new (folder: string) => Persistence }>(
    'persistence.js',
  );
  const persistence = new PersistenceManager(folder);
  repair(persistence);
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  stores.s3Store.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  return persistence;
}

interface Database {
  exec(statement: string): void;
  prepare(statement: string): { run(...values: unknown[]): unknown };
}

function repair(persistence: Persistence): void {
  const { db } = persistence as unknown as { db: Database };
  // A write reaches the operating system before it is answered, which outlives a killed process. Waiting for the disk
  // as well, on each message received, would only guard against the machine's own end.
  db.exec('PRAGMA synchronous = NORMAL');
  // fauxqs clears the receive count of a message that is made visible again, and its own schema forbids that.
  const makeReady = db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => void makeReady.run(messageId);
}

/**
 * The stores and their persistence aren't exported by the package, so they are loaded by their place beside its entry.
 */
async function importPart<Part>(file: string): Promise<Part> {
  return (await import(new URL(file, import.meta.resolve('fauxqs')).href)) as Part;
}
