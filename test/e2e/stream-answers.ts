import { expect } from 'vitest';
import { sha256 } from '../support/sample-files.ts';
import { type Answer, type Client, fetchAnswer, type Segment } from './client.ts';
import { eventsIn, type ReadEvent } from './read-events.ts';
import { jobIdOf } from './synchronous-answers.ts';

export const partial = 'image_generation.partial_image';
export const completed = 'image_generation.completed';

export const bytesOf = ({ data }: ReadEvent): Buffer => Buffer.from(data.b64_json, 'base64');
export const typesOf = (events: readonly ReadEvent[]) => events.map(({ type }) => type);
export const warningsOf = (event: ReadEvent | undefined): string[] =>
  (event?.data.extra_fields.warnings ?? []).map(({ code }: { code: string }) => code);

/** The stream of a request that must be accepted, read to its end. */
export async function streamed(
  client: Client,
  segment: Segment,
  body: object | FormData,
  headers?: Record<string, string>,
) {
  const answer = await client.make(segment, body, headers);
  expect(answer.status, answer.bytes.toString()).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  return { answer, events: eventsIn(answer.bytes.toString()) };
}

/** What an event tells of an image that is stored, and so works by its link. */
export async function isStored(event: ReadEvent | undefined, answer: Answer): Promise<void> {
  const { url, id } = event?.data ?? {};
  expect(id).toBe(jobIdOf(answer));
  const linked = await fetchAnswer(url);
  expect([linked.status, sha256(linked.bytes)]).toEqual([200, sha256(bytesOf(event as ReadEvent))]);
}
