import { ChunkSource } from '../../../../lambda/domain/bytes/chunk-source.ts';
import { serverEvents } from '../../../../lambda/providers/wire/server-events.ts';
import { inPieces } from './pictures/split-text.ts';

export interface ReadEvent {
  readonly name: string | undefined;
  readonly data: string;
}

/** All events of a stream that comes in pieces of those lengths, over and over. */
export async function eventsIn(text: string | Buffer, lengths: readonly number[] = [1000]): Promise<ReadEvent[]> {
  const events: ReadEvent[] = [];
  for await (const event of serverEvents(new ChunkSource(inPieces(text, lengths)))) {
    const pieces: Uint8Array[] = [];
    for await (const piece of event.data()) pieces.push(piece);
    events.push({ name: event.name, data: Buffer.concat(pieces).toString() });
  }
  return events;
}
