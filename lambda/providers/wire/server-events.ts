import type { ChunkSource } from '../../domain/bytes/chunk-source.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import { EventLines } from './event-lines.ts';

/** One event of a stream of server-sent events, whose data may be many megabytes long. */
export class ServerEvent {
  private readonly lines: EventLines;
  private said: string | undefined;
  private isOver = false;

  private constructor(lines: EventLines) {
    this.lines = lines;
  }

  /** What the event's own line calls it, as far as the event has been read; undefined where none does. */
  get name(): string | undefined {
    return this.said;
  }

  /** The next event with data, read up to its beginning; undefined at the end of the stream. */
  static async next(lines: EventLines): Promise<ServerEvent | undefined> {
    let event = new ServerEvent(lines);
    for (let field = await lines.next(); field !== undefined; field = await lines.next()) {
      if (field === 'data') return event;
      // An empty line ends an event, and one without data is none.
      if (field === '') event = new ServerEvent(lines);
      if (field === 'event') await event.readName();
    }
    return undefined;
  }

  /**
   * The event's data as a stream, readable once: its lines are joined by line breaks. It also ends where the body
   * fails, which the source then reports: the data may be complete even so.
   */
  async *data(): ByteStream {
    try {
      while (!this.isOver) {
        for (let piece = await this.lines.piece(); piece !== undefined; piece = await this.lines.piece()) yield piece;
        if (await this.hasMore()) yield lineBreak;
      }
    } catch {
      this.isOver = true;
    }
  }

  /** Skips to the end of the event. */
  async skipRest(): Promise<void> {
    while (!this.isOver) await this.hasMore();
  }

  /** Whether another line of the same event has data, which is then to be read. */
  private async hasMore(): Promise<boolean> {
    for (let field = await this.lines.next(); ; field = await this.lines.next()) {
      if (field === 'data') return true;
      if (field === 'event') await this.readName();
      if (field !== undefined && field !== '') continue;
      this.isOver = true;
      return false;
    }
  }

  private async readName(): Promise<void> {
    this.said = (await this.lines.text()) || undefined;
  }
}

const lineBreak = Buffer.from('\n');

/**
 * The events of a body, each as soon as its data begin: lines may end in CRLF, LF or CR, and comments and unknown
 * fields are passed over. What a reader leaves of one event is skipped before the next. An event that the end of the
 * body cuts short comes like any other. Throws what the body throws.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* serverEvents(source: ChunkSource): AsyncGenerator<ServerEvent> {
  const lines = new EventLines(source);
  for (let event = await ServerEvent.next(lines); event !== undefined; event = await ServerEvent.next(lines)) {
    yield event;
    await event.skipRest();
  }
}
