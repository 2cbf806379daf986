import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { BodyPiece, WireAnswer } from './vendor-wire.ts';

/**
 * Sends an answer piece by piece, at the speed of the reader. Returns whether the reader got all of it. What the body
 * throws before its first image is complete is thrown on, and then nothing has been sent.
 */
export async function sendAnswer(response: ServerResponse, answer: WireAnswer): Promise<boolean> {
  if (!(await sendBody(response, answer))) return false;
  response.end();
  if (!response.writableFinished && !response.destroyed)
    await Promise.race([once(response, 'finish'), closed(response)]);
  return response.writableFinished;
}

/** Sends all but the end of an answer; false where the reader has left. */
async function sendBody(response: ServerResponse, answer: WireAnswer): Promise<boolean> {
  const pieces = answer.isStream ? answer.body : await startedBody(answer);
  if (response.destroyed) return false;
  const length = Array.isArray(answer.body) ? { 'content-length': lengthOf(answer.body) } : {};
  response.writeHead(answer.status, { ...answer.headers, ...length });
  if (answer.isStream) response.flushHeaders();
  for await (const piece of pieces) {
    if (!response.write(piece)) await drainedOrClosed(response);
    if (response.destroyed) return false;
  }
  return true;
}

/** Sends an answer and breaks the connection where it would end. */
export async function sendAllAndCut(response: ServerResponse, answer: WireAnswer): Promise<void> {
  if (!(await sendBody(response, answer))) return;
  // Lets the bytes leave before the connection is torn down.
  do await setImmediate();
  while (response.writableLength > 0 && !response.destroyed);
  response.destroy();
}

const lengthOf = (pieces: readonly BodyPiece[]): number =>
  pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);

/** Sends the first bytes of an answer's body and then breaks the connection. */
export async function sendAndCut(response: ServerResponse, answer: WireAnswer, afterBytes: number): Promise<void> {
  const { beginning } = await firstBytes(answer, afterBytes);
  if (response.destroyed) return;
  response.writeHead(answer.status, { ...answer.headers });
  response.flushHeaders();
  if (beginning.length > 0) await new Promise<void>((resolve) => response.write(beginning, () => resolve()));
  // Lets the bytes leave before the connection is torn down.
  await setImmediate();
  response.destroy();
}

/**
 * Sends the first bytes of an answer's body as though they were all of it; half of a body that is no longer than that.
 */
export async function sendTruncated(response: ServerResponse, answer: WireAnswer, afterBytes: number): Promise<void> {
  const { beginning, complete } = await firstBytes(answer, afterBytes);
  const sent = complete ? beginning.subarray(0, Math.floor(beginning.length / 2)) : beginning;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': sent.length });
  response.end(sent);
}

/** Begins with the body, so that a failure to draw shows before the head of the answer has left. */
async function startedBody(answer: WireAnswer): Promise<AsyncIterable<BodyPiece>> {
  const iterator = toAsync(answer.body);
  // The text before the first image, and the first piece of that image.
  const early = [await iterator.next(), await iterator.next()];
  return (async function* () {
    for (const step of early) if (!step.done) yield step.value;
    yield* iterator;
  })();
}

async function* toAsync(body: WireAnswer['body']): AsyncGenerator<BodyPiece> {
  yield* body;
}

async function firstBytes(answer: WireAnswer, most: number): Promise<{ beginning: Buffer; complete: boolean }> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const piece of answer.body) {
    const part = Buffer.from(piece);
    parts.push(part);
    length += part.length;
    if (length > most) break;
  }
  return { beginning: Buffer.concat(parts).subarray(0, most), complete: length <= most };
}

/** Listeners are taken off again: a large answer waits here thousands of times. */
function drainedOrClosed(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
}

/** Settles when the connection has gone, from either side. */
export function closed(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => response.once('close', () => resolve()));
}
