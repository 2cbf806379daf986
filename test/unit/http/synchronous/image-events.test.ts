import { describe, expect, it } from 'vitest';
import type { ByteStream } from '../../../../lambda/domain/images/image.ts';
import type { Timers } from '../../../../lambda/domain/ports.ts';
import { ImageEvents } from '../../../../lambda/http/synchronous/image-events.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';

/** Timers that fire where a test says so; those that are pending, by their milliseconds. */
function manualTimers() {
  const pending = new Map<() => void, number>();
  const timers: Timers = {
    after(milliseconds, callback) {
      pending.set(callback, milliseconds);
      return () => void pending.delete(callback);
    },
  };
  return {
    timers,
    waits: () => [...pending.values()],
    fire() {
      for (const callback of [...pending.keys()]) {
        pending.delete(callback);
        callback();
      }
    },
  };
}

function begin(operation: 'generation' | 'edit' = 'generation') {
  const clock = createFixedClock(1_800_000_000_900);
  const manual = manualTimers();
  const events = new ImageEvents({ operation, partialImages: 2, clock, timers: manual.timers });
  return { ...manual, clock, events };
}

async function* bytesOf(...texts: readonly string[]): ByteStream {
  for (const each of texts) yield Buffer.from(each);
}

/** The stream of a job that hasn't ended. */
const open = (events: ImageEvents): AsyncIterator<Uint8Array> =>
  events.body(new Promise<ByteStream>(() => {}))[Symbol.asyncIterator]();
const comment = ':\n\n';

/** What the stream gives next, or `nothing` where it waits. */
async function next(body: AsyncIterator<Uint8Array>): Promise<string | 'nothing' | undefined> {
  const waits = new Promise<'nothing'>((resolve) => setImmediate(resolve, 'nothing'));
  const given = await Promise.race([body.next(), waits]);
  if (given === 'nothing') return given;
  return given.done ? undefined : Buffer.from(given.value).toString();
}

async function rest(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const hasBegun = async (events: ImageEvents): Promise<boolean> =>
  Promise.race([events.begun.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))]);

describe('ImageEvents', () => {
  it('begins when a provider is about to be asked, with a comment', async () => {
    const { events } = begin();
    expect(await hasBegun(events)).toBe(false);
    events.asking();
    expect(await hasBegun(events)).toBe(true);
    expect(await next(open(events))).toBe(comment);
  });

  it('begins with the first comment at the latest, so that nothing between cuts a quiet connection', async () => {
    const { events, fire, waits } = begin();
    expect(waits()).toEqual([15_000]);
    fire();
    expect(await hasBegun(events)).toBe(true);
  });

  it("writes partial images as OpenAI's events, to the letter", async () => {
    const { events } = begin();
    const said = { background: 'opaque', outputFormat: 'png', quality: 'high', size: '1024x1024' };
    events.partial(1, { index: 0, base64: 'AAAA', ...said });
    events.partial(1, { index: 1, base64: 'BBBB' });
    const body = events.body(Promise.resolve(bytesOf('the end')));
    expect(await rest(body)).toBe(
      [
        'event: image_generation.partial_image',
        'data: {"type":"image_generation.partial_image","partial_image_index":0,"b64_json":"AAAA","created_at":1800000000,"background":"opaque","output_format":"png","quality":"high","size":"1024x1024"}',
        '',
        'event: image_generation.partial_image',
        'data: {"type":"image_generation.partial_image","partial_image_index":1,"b64_json":"BBBB","created_at":1800000000}',
        '',
        'the end',
      ].join('\n'),
    );
  });

  it('names the operation in its events', async () => {
    const { events } = begin('edit');
    events.partial(1, { index: 0, base64: 'A' });
    expect(await next(open(events))).toMatch(/^event: image_edit\.partial_image\n/);
  });

  it('gives each event the moment it comes, and waits for the next', async () => {
    const { events } = begin();
    const body = open(events);
    events.asking();
    expect(await next(body)).toBe(comment);
    const waiting = body.next();
    for (const index of [0, 1]) {
      events.partial(1, { index, base64: 'A' });
      const { value } = await (index === 0 ? waiting : body.next());
      expect(Buffer.from(value as Uint8Array).toString()).toContain(`"partial_image_index":${index}`);
    }
  });

  it('says every fifteen seconds that it is there, once however long nobody listens', async () => {
    const { events, fire, waits } = begin();
    events.asking();
    const body = open(events);
    expect(await next(body)).toBe(comment);
    for (let time = 0; time < 3; time += 1) {
      expect(waits()).toEqual([15_000]);
      fire();
      expect(await next(body)).toBe(comment);
    }
    for (let time = 0; time < 1000; time += 1) fire();
    expect(await next(body)).toBe(comment);
    expect(await next(body)).toBe('nothing');
  });

  it('drops the oldest partial images of a caller that is slow to take them', async () => {
    const { events } = begin();
    for (let index = 0; index < 100; index += 1) events.partial(1, { index, base64: 'A' });
    const sent = await rest(events.body(Promise.resolve(bytesOf())));
    expect([...sent.matchAll(/"partial_image_index":(\d+)/g)].map(([, index]) => Number(index))).toEqual([97, 98, 99]);
  });

  it('knows whether other attempts than the winning one were shown', () => {
    const { events } = begin();
    expect(events.hasShownOthersThan(1)).toBe(false);
    events.partial(1, { index: 0, base64: 'A' });
    expect(events.hasShownOthersThan(1)).toBe(false);
    expect(events.hasShownOthersThan(2)).toBe(true);
  });

  it('sends what is pending before the end, then the end, and nothing after it', async () => {
    const { events, waits } = begin();
    const { promise, resolve } = Promise.withResolvers<ByteStream>();
    const body = events.body(promise);
    events.asking();
    events.partial(1, { index: 0, base64: 'A' });
    resolve(bytesOf('one', 'two'));
    expect(await rest(body)).toMatch(/^:\n\nevent: image_generation\.partial_image\n.*\n\nonetwo$/s);
    events.partial(1, { index: 1, base64: 'A' });
    expect(waits()).toEqual([]);
  });

  it('throws what its end throws, and counts no more time then', async () => {
    const { events, waits } = begin();
    await expect(rest(events.body(Promise.reject(new Error('no end'))))).rejects.toThrow('no end');
    expect(waits()).toEqual([]);
  });

  it('lets go of everything when it is closed', async () => {
    const { events, waits } = begin();
    events.partial(1, { index: 0, base64: 'A' });
    events.close();
    events.asking();
    events.partial(1, { index: 1, base64: 'A' });
    expect(waits()).toEqual([]);
    expect(await rest(events.body(Promise.resolve(bytesOf('end'))))).toBe('end');
  });
});
