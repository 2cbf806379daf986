import { describe, expect, it } from 'vitest';
import { ChunkSource } from '../../../../lambda/domain/bytes/chunk-source.ts';
import { serverEvents } from '../../../../lambda/providers/wire/server-events.ts';
import fc from '../../../support/seeded-fast-check.ts';
import { eventsIn } from './event-text.ts';
import { inPieces, pieceLengths } from './pictures/split-text.ts';

/** An event as a server may write it: with its name before or behind its data, or none, and with lines between that say nothing. */
const written = fc.record({
  name: fc.option(fc.constantFrom('error', 'image_generation.completed', 'x'), { nil: undefined }),
  isNamedFirst: fc.boolean(),
  data: fc.array(
    fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '')),
    { minLength: 1, maxLength: 3 },
  ),
  noise: fc.constantFrom([], [':'], [': ping'], ['id: 7', 'retry: 10'], ['data2: no'], [`${'x'.repeat(300)}: y`]),
  isSpaced: fc.boolean(),
});
type Written = typeof written extends fc.Arbitrary<infer T> ? T : never;

function linesOf({ name, isNamedFirst, data, noise, isSpaced }: Written): readonly string[] {
  const colon = isSpaced ? ': ' : ':';
  const named = name === undefined ? [] : [`event${colon}${name}`];
  // One space is the server's; a value that begins with one needs it.
  const values = data.map((text) => `data${text.startsWith(' ') ? ': ' : colon}${text}`);
  return [...noise, ...(isNamedFirst ? [...named, ...values] : [...values, ...named]), ...noise, ''];
}

describe('serverEvents', () => {
  it('reads the same events of the same bytes, wherever they are cut and whatever ends their lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(written, { maxLength: 4 }),
        pieceLengths,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        async (events, lengths, end, hasMark) => {
          const lines = events.flatMap(linesOf);
          const text = `${hasMark ? '\ufeff' : ''}${lines.map((line) => `${line}${end}`).join('')}`;
          const expected = events.map(({ name, data }) => ({ name, data: data.join('\n') }));
          expect(await eventsIn(text, lengths)).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    ['without a line break at the end', 'data: a', [{ name: undefined, data: 'a' }]],
    ['without an empty line at the end', 'event: x\ndata: a\n', [{ name: 'x', data: 'a' }]],
    ['with a field alone on its line', 'data\n\n', [{ name: undefined, data: '' }]],
    ['that has a name and no data', 'event: x\n\ndata: a\n\n', [{ name: undefined, data: 'a' }]],
    ['with an empty name', 'event:\ndata: a\n\n', [{ name: undefined, data: 'a' }]],
    ['with a name as long as a book', `event: ${'x'.repeat(5000)}\ndata: a\n\n`, [{ name: undefined, data: 'a' }]],
    ['with two spaces before its value', 'data:  a\n\n', [{ name: undefined, data: ' a' }]],
    ['after a comment and empty lines', ': hello\n\n\n\r\ndata: a\n\n', [{ name: undefined, data: 'a' }]],
  ])('reads an event %s', async (_what, text, expected) => {
    expect(await eventsIn(text, [3])).toEqual(expected);
  });

  it.each(['', '\n\n', ': only a comment\n\n', 'hello\n\n', 'event: x\n\n'])('finds no event in %j', async (text) => {
    expect(await eventsIn(text)).toEqual([]);
  });

  it('goes on behind data that was not read, or not to its end', async () => {
    const source = new ChunkSource(inPieces('data: a\ndata: b\n\nevent: x\ndata: c\ndata: d\n\ndata: e\n\n', [2]));
    const firsts: string[] = [];
    for await (const event of serverEvents(source)) {
      if (event.name === 'x') continue;
      for await (const piece of event.data()) {
        firsts.push(Buffer.from(piece).toString());
        break;
      }
    }
    expect(firsts).toEqual(['a', 'e']);
  });

  it('gives an event before anything behind it has come', async () => {
    const steps: string[] = [];
    const body = async function* () {
      yield Buffer.from('data: a\r\n\r');
      steps.push('more was read');
      yield Buffer.from('\ndata: b\n\n');
    };
    for await (const event of serverEvents(new ChunkSource(body()))) {
      for await (const piece of event.data()) steps.push(Buffer.from(piece).toString());
    }
    expect(steps).toEqual(['a', 'more was read', 'b']);
  });

  it('ends the data where the body fails, and leaves the failure to be asked for', async () => {
    const failure = new Error('the connection broke');
    const body = async function* () {
      yield Buffer.from('data: whole');
      throw failure;
    };
    const source = new ChunkSource(body());
    const events: string[] = [];
    for await (const event of serverEvents(source)) {
      for await (const piece of event.data()) events.push(Buffer.from(piece).toString());
    }
    expect(events).toEqual(['whole']);
    expect(source.failure).toEqual({ error: failure });
  });

  it('holds no more than a chunk of data of any length', async () => {
    const chunk = Buffer.alloc(65_536, 'x');
    let pulled = 0;
    const body = async function* () {
      yield Buffer.from('data: ');
      for (; pulled < 500; pulled += 1) yield chunk;
      yield Buffer.from('\n\n');
    };
    let ahead = 0;
    let length = 0;
    for await (const event of serverEvents(new ChunkSource(body()))) {
      for await (const piece of event.data()) {
        length += piece.length;
        ahead = Math.max(ahead, pulled * chunk.length - length);
      }
    }
    expect(length).toBe(500 * chunk.length);
    expect(ahead).toBeLessThanOrEqual(2 * chunk.length);
  });
});
