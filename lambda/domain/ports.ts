import type { Candidate, JsonValue, Submission } from './generation.ts';
import type { Conversion, PreparedInputs } from './images/conversion.ts';
import type { ByteStream, ImageType, InputImage, StoredImage } from './images/image.ts';
import type { Transition } from './jobs/conditions.ts';
import type { Job, JobOrder, OpenJob } from './jobs/job.ts';
import type { CandidateTiming, Lane } from './jobs/lane.ts';
import type { OpenJobEntry } from './jobs/open-job-entry.ts';
import type { ModelPrice } from './money/model-price.ts';
import type { PlannedRequest } from './planned-request.ts';
import type { ImageProvider } from './provider.ts';
import type { GateState } from './rate-limiter/gate-state.ts';
import type { ProviderKey } from './rate-limiter/provider-key.ts';

/** Epoch milliseconds now. */
export interface Clock {
  now(): number;
}

/** Lets time pass, where a clock only tells it: a port, so that tests and the simulation decide when it does. */
export interface Timers {
  /** Calls back once, that many milliseconds from now at the earliest. What it gives back cancels it, at any time. */
  after(milliseconds: number, callback: () => void): () => void;
}

export type Applied = { readonly applied: true; readonly job: Job } | { readonly applied: false; readonly job?: Job };

/** Whether a submission was undone; else the job that has its id. */
export type Undone = { readonly undone: true } | { readonly undone: false; readonly job: Job };

/** Where jobs are kept. Every read is strongly consistent; a store that can't answer throws. */
export interface JobStore {
  /**
   * Keeps a new job unless the id is taken; finding it taken by the same submission's own earlier write is success. A job
   * that the table might have dropped by the new one's `createdAt` blocks nothing, nor does another submission that was
   * undone; one that was undone itself is taken. Throws WriteRefused where the write has surely not been made and never
   * will be; any other error leaves that open.
   */
  create(job: OpenJob): Promise<'created' | 'taken'>;
  /**
   * Takes a submission's own job away, as it was given to `create`, unless it was claimed or replayed, and ensures that a write of `create`
   * which arrives later fails: a mark (a tombstone) takes its place, which doesn't count as a job and leaves the id free.
   */
  undo(job: OpenJob): Promise<Undone>;
  find(id: string): Promise<Job | undefined>;
  /** Makes a transition in one atomic step if all its conditions hold; else returns the current job. Throws ItemTooLarge. */
  apply(id: string, transition: Transition): Promise<Applied>;
}

/** The index of open jobs. It runs after the table by moments; whatever is decided by it is decided again by a condition. */
export interface OpenJobs {
  /** The parts that the index is in. Each is read by itself, page by page, only as far as it is asked for; a page may be empty. */
  readonly shards: readonly string[];
  /**
   * Jobs of a shard whose deadline has passed by then, the latest first: what can't be ended, for whatever reason, collects at
   * the end and blocks nothing.
   */
  overdue(shard: string, now: number): AsyncIterable<readonly OpenJobEntry[]>;
  /**
   * Jobs of a shard before their deadline that were due by `dueBefore`, with neither lease nor a wake-up of the sweep's at
   * `now`, the nearest deadline first.
   */
  asleep(shard: string, now: number, dueBefore: number): AsyncIterable<readonly OpenJobEntry[]>;
}

/** Objects in the gateway's bucket. Keys are exact; the writer chooses them. A write that fails removes nothing. */
export interface ImageStore {
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Streams an image of unknown length into the bucket, reading type, size and content credentials on the way; undefined if it is no image. */
  save(keyWithoutExtension: string, bytes: ByteStream, signal: AbortSignal): Promise<StoredImage | undefined>;
  /** Throws if the object isn't there: a key that a job names must exist. */
  open(key: string): Promise<ByteStream>;
  putJson(key: string, value: JsonValue): Promise<void>;
  /** Copies an object within the bucket, without reading it; false if it isn't there. */
  copy(from: string, to: string): Promise<boolean>;
  /** The parsed object, or undefined if there is none. */
  findJson(key: string): Promise<JsonValue | undefined>;
  /** Removes objects; those that are not there are no error. */
  remove(keys: readonly string[]): Promise<void>;
}

/** Gives a fresh storage address that works without a credential for that many seconds, by that method alone. */
export interface StorageLinks {
  linkTo(key: string, type: ImageType, seconds: number, method: 'GET' | 'HEAD'): Promise<string>;
}

/** A wake-up: which job is due, and its hop, the dispatch sequence number that tells duplicate and stale messages. */
export interface WakeUp {
  readonly jobId: string;
  readonly hop: number;
}

/** What a queue must know of a wake-up's job: `owner` is what fair queuing turns on, `lane` which queue it is. */
export type Addressee = Pick<JobOrder, 'owner' | 'lane'>;

export interface JobQueue {
  /** Sends a wake-up. `delaySeconds` is at most 900. */
  send(wakeUp: WakeUp, job: Addressee, delaySeconds: number): Promise<void>;
}

/** How far behind the queues of wake-ups are. */
export interface Backlog {
  /** Wake-ups of a lane that are due and that no worker has yet, roughly. Throws where its queue doesn't say. */
  waiting(lane: Lane): Promise<number>;
}

/** One received wake-up message, as its worker may handle it. */
export interface ReceivedMessage {
  /** Hides the message from other workers for that many seconds from now, at most 43,200. */
  hideFor(seconds: number): Promise<void>;
  /** Takes the message off the queue. */
  remove(): Promise<void>;
  /** How long ago it was sent. */
  readonly ageSeconds: number;
  /** Whether its invocation was given no other message: then no other job suffers from what happens to its worker. */
  readonly isAlone: boolean;
}

/** The stage's own credentials for its providers. */
export interface ProviderKeys {
  /** One at least, and one that is empty for a provider that needs none. Throws ProviderFailure `auth` where none is kept. */
  keysFor(provider: string): Promise<readonly ProviderKey[]>;
  /** Those kept now that the one with this digest was refused, read anew unless that has happened since; perhaps none. */
  renewed(provider: string, refusedDigest: string): Promise<readonly ProviderKey[]>;
}

/** Whose gate it is: that of one key of one provider, over all models or for one of them. */
export interface GateName {
  readonly provider: string;
  readonly keyDigest: string;
  /** @default - the gate of the key, which all models pass */
  readonly model?: string;
}

/** The state of a gate when it was read. `version` is for optimistic locking. */
export interface KeptGate {
  readonly state: GateState;
  readonly version: number;
}

/** Where gates are kept. Every read is strongly consistent; a store that can't answer throws. */
export interface GateStore {
  /** A gate that was never written, or was deleted, is open. */
  read(gate: GateName): Promise<KeptGate>;
  /** Writes the next state by compare-and-swap: false if there was a write since `seen`. */
  write(gate: GateName, seen: KeptGate, next: GateState): Promise<boolean>;
}

/** A request about to be sent to a provider that authenticates the gateway's role. */
export interface UnsignedRequest {
  readonly method: string;
  /** Absolute, with its path encoded as it is sent. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Of the body, in lower-case hexadecimal.
   * @default - there is no body
   */
  readonly bodySha256?: string;
  /** Where it will be asked. */
  readonly region: string;
}

/** Signs a request as the role of the function that runs. Gives all its headers. Throws where the role has no credentials. */
export type SignRequest = (request: UnsignedRequest) => Promise<Readonly<Record<string, string>>>;

/** The role in AWS that the gateway runs as, as far as it can prove to others that it has it. */
export interface AwsRole {
  /** The region that the gateway runs in. */
  region(): Promise<string>;
  /** Signs a request to AWS's token service, which names the signer to the bearer of the request. */
  readonly sign: SignRequest;
}

/** What submit and worker may ask of the catalogue of models. */
export interface Catalog {
  /** Throws GatewayError for a provider or model that is unknown to the stage, or retired. */
  resolve(name: string): Candidate;
  /** How long a request to it usually takes, and when it is given up. */
  timing(candidate: Candidate): CandidateTiming & { readonly timeoutSeconds: number };
  /** What its provider charges; undefined if that is unknown. */
  price(candidate: Candidate): ModelPrice | undefined;
}

/**
 * A submission fitted to one candidate, with all that had to be changed, and what is to be done to its pixels before it is
 * sent. Throws ProviderFailure: `unsupported` for what this model can't do, `invalid` for what no model can.
 */
export type PlanRequest = (
  candidate: Candidate,
  submission: Submission,
  images: readonly InputImage[],
  mask: InputImage | undefined,
) => PlannedRequest;

/** The inputs of a request as they came, to be converted. */
export interface UnpreparedInputs {
  readonly image: InputImage;
  readonly mask?: InputImage;
}

/**
 * Redraws input images. `open` gives the bytes of one. Throws ProviderFailure, naming the parameter: `invalid` for an image
 * that can't be decoded or isn't what its header says, and for a mask that leaves nothing to edit; `unsupported` for one
 * that takes more memory than there is, or whose redrawing broke off twice. Ends with the signal.
 */
export type ConvertImages = (
  conversion: Conversion,
  inputs: UnpreparedInputs,
  open: (image: InputImage) => Promise<ByteStream>,
  signal: AbortSignal,
) => Promise<PreparedInputs>;

/** The adapter for a provider of this stage. */
export type ProviderNamed = (name: string) => ImageProvider;

/**
 * Fetches a result from the address that a provider gave for it, without any credential. The URL is untrusted (SSRF guard): it
 * is fetched only if it is public or the stage trusts its host. The stream throws ProviderFailure `malformed` with `billed: 'yes'`
 * where no image can be had from there; it ends with the signal.
 */
export type FetchImage = (url: string, provider: string, signal: AbortSignal) => ByteStream;

/** What the address of an image says. `expires` is in epoch seconds. */
export interface LinkAddress {
  readonly jobId: string;
  readonly index: number;
  readonly expires: number;
}

/** Signs the links to result images, so that they need no credential. Both comparisons take constant time. */
export interface LinkSigner {
  /** The nonce is that of the submission whose job is meant: a derived id may be another job's later. */
  sign(address: LinkAddress, submissionNonce: string): Promise<string>;
  /** Whether the signature was made for this address, for whichever submission: decided without reading the job. */
  isGenuine(address: LinkAddress, signature: string): Promise<boolean>;
  /** Whether the signature was made for this address and this submission. */
  isFor(address: LinkAddress, submissionNonce: string, signature: string): Promise<boolean>;
}

/**
 * Makes ids. Those that are derived can be computed by this stage alone, and are UUIDs, too: a job's from who sent which
 * idempotency key, so that a replay finds the job without a second table.
 */
export interface JobIds {
  random(): string;
  derived(owner: string, idempotencyKey: string): Promise<string>;
  /** The id of a known answer, from a text of all that its jobs have in common. */
  ofAnswer(identity: string): Promise<string>;
}
