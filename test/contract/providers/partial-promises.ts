import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readImageHeader } from '../../../lambda/domain/images/image-header.ts';
import { inputImage, type MemoryCall } from './memory-call.ts';
import { type ProviderFixture, submission } from './provider-fixture.ts';

const decoded = (call: MemoryCall): Buffer[] => call.shownPartials.map(({ base64 }) => Buffer.from(base64, 'base64'));

/** What every adapter promises somebody who watches the images being made. */
export function promisePartialImages(fixture: ProviderFixture): void {
  const { row } = fixture;
  if (row.isGptImage) promiseStreams(fixture);
  else promiseNone(fixture);
}

/** A model that shows nothing on the way makes the same request for a watcher as for anybody. */
function promiseNone({ start, plan, submits }: ProviderFixture): void {
  it('makes its images the same for somebody who watches, and shows none on the way', async () => {
    const { finished, call } = await start(plan(submission()), { partials: 2 });
    expect(finished.images).toHaveLength(1);
    expect(call.shownPartials).toEqual([]);
    expect(submits()).toHaveLength(1);
    expect(submits()[0]).not.toHaveProperty('streamed');
    expect(Object.keys(submits()[0]?.parameters ?? {})).not.toContain('stream');
  });
}

function promiseStreams({ start, startFailing, plan, submits, simulator, photo }: ProviderFixture): void {
  const one = () => plan(submission());
  const edit = () => plan(submission({ operation: 'edit' }), [inputImage('photo', photo())]);
  const inputs = () => new Map([['photo', photo()]]);

  it.each(['generation', 'edit'] as const)(
    'shows the partial images of a %s, and saves the last',
    async (operation) => {
      const request = operation === 'edit' ? edit() : one();
      const { finished, call } = await start(request, { partials: 3, inputs: inputs() });
      expect(call.shownPartials.map(({ index }) => index)).toEqual([0, 1, 2]);
      const [image] = finished.images;
      const size = image && 'image' in image ? { width: image.image.width, height: image.image.height } : {};
      for (const bytes of decoded(call)) expect(readImageHeader(bytes)).toMatchObject(size);
      expect(call.shownPartials[0]).toMatchObject({ outputFormat: 'png', quality: 'medium', background: 'opaque' });
      expect(finished).toMatchObject({
        quality: 'medium',
        usage: { total_tokens: expect.any(Number) },
      });
      expect(finished.warnings).toEqual([]);
      expect(await sharp(call.saved.get(0)).metadata()).toMatchObject({ format: 'png', ...size });
      expect(decoded(call)).not.toContainEqual(call.saved.get(0));
      expect(submits()).toMatchObject([{ streamed: true, charged: true, parameters: { stream: expect.anything() } }]);
    },
  );

  it('shows each partial image while the provider still works', async () => {
    simulator().faults.add({ kind: 'cut_stream', afterPartials: 2 });
    const { failure, call } = await startFailing(one(), { partials: 3 });
    expect(call.shownPartials.map(({ index }) => index)).toEqual([0, 1]);
    expect(call.saved.size).toBe(0);
    expect(failure).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown', statusCode: 200 });
  });

  it.each([
    ['a stream cut before its first image', { kind: 'cut_stream', afterPartials: 0 }, 'unknown_outcome', 'unknown'],
    ['a stream that ends without the image', { kind: 'end_stream' }, 'malformed', 'unknown'],
    ['an empty stream', { kind: 'end_stream', afterPartials: 0 }, 'malformed', 'unknown'],
    ['a failure of its own', { kind: 'error_event', afterPartials: 0 }, 'overloaded', 'no'],
    ['a failure of its own after a partial image', { kind: 'error_event' }, 'unknown_outcome', 'unknown'],
    ['moderation within a stream', { kind: 'error_event', code: 'moderation_blocked' }, 'refused', 'unknown'],
    [
      'a rate limit within a stream',
      { kind: 'error_event', afterPartials: 0, code: 'rate_limit_exceeded' },
      'rate_limited',
      'no',
    ],
    ['moderation before a stream', { kind: 'refuse' }, 'refused', 'unknown'],
    ['a rate limit before a stream', { kind: 'status', status: 429, retryAfter: 7 }, 'rate_limited', 'no'],
    ['an image cut in a stream', { kind: 'cut_body', afterBytes: 5000 }, 'unknown_outcome', 'unknown'],
    ['a stream that ends within an image', { kind: 'truncated_json', afterBytes: 5000 }, 'malformed', 'unknown'],
    ['a page instead of a stream', { kind: 'html_200' }, 'malformed', 'unknown'],
    ['a last image that is none', { kind: 'wrong_image' }, 'malformed', 'unknown'],
  ] as const)('knows %s for what it is', async (_what, fault, kind, billed) => {
    simulator().faults.add(fault);
    const { failure, call } = await startFailing(one(), { partials: 1 });
    expect(failure).toMatchObject({ kind, billed });
    expect(failure.message).not.toBe('');
    expect(call.saved.size).toBe(0);
    expect(submits()).toHaveLength(1);
  });

  it.each([
    ['nobody watches', {}, 1],
    ['no partial images are wanted', { partials: 0 }, 1],
    ['several images are asked for', { partials: 2 }, 2],
  ])('asks for no stream where %s', async (_why, options, n) => {
    const { call } = await start(plan(submission({ n })), options);
    expect(call.saved.size).toBe(n);
    expect(call.shownPartials).toEqual([]);
    expect(submits()[0]).not.toHaveProperty('streamed');
  });

  it('keeps what was streamed, without the bytes of images', async () => {
    const { call } = await start(one(), { partials: 2 });
    expect(call.rawRequests).toMatchObject([{ stream: true, partial_images: 2 }]);
    expect(call.rawResponses).toMatchObject([
      [
        { partial_image_index: 0, b64_json: expect.stringMatching(/^<\d+ bytes of image>$/) },
        { partial_image_index: 1 },
        { b64_json: expect.stringMatching(/^<\d+ bytes of image>$/), usage: {} },
      ],
    ]);
    expect(JSON.stringify(call.rawResponses).length).toBeLessThan(3_000);
  });
}
