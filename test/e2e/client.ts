import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { localKey } from '../../bin/run-locally.ts';
import { type ImageJob, imageJobSchema } from '../../lambda/contract/job.ts';
import { headerOf } from '../support/sample-files.ts';
import { holdAgainstDocument } from './documented-answers.ts';

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** The body as JSON. Throws where it is none. */
  json(): unknown;
  /** The body as a job, with exactly the contract's members. Throws where it is none. */
  job(): ImageJob;
}

export type Segment = 'generations' | 'edits' | 'variations';

/** A client of the gateway such as anybody could write: it knows addresses, a key and the contract. */
export interface Client {
  /** Sends a form as multipart and anything else as JSON. */
  submit(segment: Segment, body: FormData | object, headers?: Record<string, string>): Promise<Answer>;
  /** The same at the synchronous route, which answers with the result. */
  make(segment: Segment, body: FormData | object, headers?: Record<string, string>): Promise<Answer>;
  /** Asks below the API's root, with the key. */
  ask(path: string, init?: RequestInit): Promise<Answer>;
  /** Asks for a job until it has ended, 90 seconds at the most, and gives it with the statuses it showed. */
  ended(location: string): Promise<{ readonly job: ImageJob; readonly statuses: readonly string[] }>;
  /** Submits a job that must be accepted, and gives it as it ended. */
  run(segment: Segment, body: FormData | object, headers?: Record<string, string>): Promise<ImageJob>;
}

/** `root` is the API's address, with the stage where one belongs in front of the path. */
export function createClient(root: string, key: string = localKey, patienceMilliseconds?: number): Client {
  const authorization = `Bearer ${key}`;
  const client: Client = {
    submit: (segment, body, headers) => client.ask(`/v1/async/images/${segment}`, postOf(body, headers)),
    make: (segment, body, headers) => client.ask(`/v1/images/${segment}`, postOf(body, headers)),
    ask: (path, init = {}) =>
      fetchAnswer(root + path, { ...init, headers: { authorization, ...init.headers } }, patienceMilliseconds),
    async ended(location) {
      const statuses: string[] = [];
      for (const giveUpAt = Date.now() + 90_000; Date.now() < giveUpAt; await delay(30)) {
        const answer = await fetchAnswer(location, { headers: { authorization } });
        const job = answer.job();
        if (statuses.at(-1) !== job.status) statuses.push(job.status);
        const isOpen = job.status === 'pending' || job.status === 'processing';
        expect(answer.status).toBe(isOpen ? 202 : 200);
        if (!isOpen) return { job, statuses };
      }
      throw new Error(`The job at ${location} is still open.`);
    },
    async run(segment, body, headers) {
      const answer = await client.submit(segment, body, headers);
      if (answer.status !== 202) throw new Error(`${segment}: ${answer.status} ${answer.bytes.toString()}`);
      return (await client.ended(locationOf(answer))).job;
    },
  };
  return client;
}

/** A POST of a form as multipart, or of anything else as JSON. */
export const postOf = (
  body: FormData | object,
  headers: Record<string, string> = {},
): RequestInit & { readonly headers: Record<string, string> } => ({
  method: 'POST',
  ...(body instanceof FormData
    ? { body, headers }
    : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
});

/**
 * Asks without any credential, following redirects, and within a minute unless another time is given. Throws where the
 * gateway's answer is not as the OpenAPI document has it.
 */
export async function fetchAnswer(
  address: string,
  init: RequestInit = {},
  patienceMilliseconds = 60_000,
): Promise<Answer> {
  const late = AbortSignal.timeout(patienceMilliseconds);
  const response = await fetch(address, { ...init, signal: init.signal ? AbortSignal.any([init.signal, late]) : late });
  const bytes = Buffer.from(await response.arrayBuffer());
  const { status, headers } = response;
  // A redirect leads to the storage, whose answers are its own.
  if (!response.redirected) holdAgainstDocument(init.method ?? 'GET', address, { status, headers, bytes });
  const json = (): unknown => JSON.parse(bytes.toString());
  return {
    status,
    headers,
    bytes,
    json,
    job() {
      const job = imageJobSchema.parse(json());
      // The schema leaves out what it doesn't know, so equality shows that there was nothing of the kind.
      expect(json()).toEqual(job);
      return job;
    },
  };
}

export function locationOf(answer: Answer): string {
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`The answer ${answer.status} has no Location.`);
  return location;
}

/**
 * The images of a completed job, fetched by their links as anybody could, the first of which is what the result says. Throws for a
 * job that has none.
 */
export async function imagesOf(job: ImageJob): Promise<readonly Buffer[]> {
  if (!job.result) throw new Error(`The job is ${job.status}: ${job.error?.error.message}`);
  const images = await Promise.all(
    job.result.data.map(async ({ url }) => {
      const answer = await fetchAnswer(url ?? '');
      if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.bytes.toString()}`);
      return answer.bytes;
    }),
  );
  const { format, width, height } = await headerOf(images[0]);
  const { output_format, size } = job.result;
  expect({ output_format, size }).toEqual({ output_format: format, size: `${width}x${height}` });
  return images;
}
