import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  completedImageEventSchema,
  partialImageEventSchema,
  streamErrorEventSchema,
} from '../../../lambda/contract/stream-events.ts';
import { ImageEvents } from '../../../lambda/http/synchronous/image-events.ts';
import { streamEnd } from '../../../lambda/http/synchronous/stream-end.ts';
import { requestWith } from '../../support/sample-events.ts';
import { completedJob, failedJob } from '../http/sample-jobs.ts';

const rendering = {
  signer: { sign: async () => 's', isGenuine: async () => true, isFor: async () => true },
  open: async () => streamOf('an image'),
  fault: (error: unknown) => {
    throw error;
  },
};

async function* streamOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const each of texts) yield Buffer.from(each);
}

const eventsIn = (stream: string) =>
  [...stream.matchAll(/event: (.+)\ndata: (.+)\n\n/g)].map(([, name, data = '']) => ({ name, data: JSON.parse(data) }));

/** The fields of an event that its schema knows, and no others: it would drop what it doesn't. */
const knows = (schema: { parse(value: unknown): unknown }, data: unknown) => expect(schema.parse(data)).toEqual(data);

describe('the schemas of events', () => {
  it('know every field of a partial image', async () => {
    const timers = { after: () => () => {} };
    const events = new ImageEvents({ operation: 'generation', partialImages: 1, clock: { now: () => 5000 }, timers });
    const said = { background: 'opaque', outputFormat: 'png', quality: 'low', size: '8x8' };
    events.partial(1, { index: 0, base64: 'AAAA', ...said });
    const [event, ...others] = eventsIn(await text(events.body(Promise.resolve(streamOf()))));
    expect(others).toEqual([]);
    knows(partialImageEventSchema, event?.data);
    expect(event?.name).toBe(event?.data.type);
  });

  it('know every field of a finished image, and of what went wrong', async () => {
    const request = requestWith('', { host: 'a.example', 'x-request-id': 'r-1' });
    const { result } = completedJob();
    const usage = { input_tokens: 5, output_tokens: 10, total_tokens: 15 };
    const finished = await streamEnd(request, completedJob({ result: { ...result, usage } }), {}, rendering);
    const events = eventsIn(await text(finished));
    expect(events.length).toBeGreaterThan(0);
    for (const { data } of events) knows(completedImageEventSchema, data);
    const [failed] = eventsIn(await text(await streamEnd(request, failedJob(), {}, rendering)));
    knows(streamErrorEventSchema, failed?.data);
  });
});
