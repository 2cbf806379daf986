import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestLogLine } from './request-log.ts';
import type { BodyPiece, StreamEvent, WireAnswer } from './vendor-wire.ts';

export const eventStreamType = 'text/event-stream; charset=utf-8';

/**
 * An answer of server-sent events, which divide the seconds of the work into equal parts. The ledger records when each
 * was sent, which is when its image was complete.
 */
export function streamedAnswer(
  events: readonly StreamEvent[],
  seconds: number,
  stopping: AbortSignal,
  line: RequestLogLine,
): WireAnswer {
  async function* body(): AsyncGenerator<BodyPiece> {
    for (const { name, body: pieces } of events) {
      const drawn: BodyPiece[] = [];
      for await (const piece of pieces) drawn.push(piece);
      if (seconds > 0) await sleep((seconds * 1000) / events.length, undefined, { signal: stopping });
      const sent = { name, at: new Date().toISOString() };
      line.note({ events: [...(line.entry().events ?? []), sent] });
      yield* drawn;
    }
  }
  return { status: 200, headers: { 'content-type': eventStreamType }, body: body(), isStream: true };
}
