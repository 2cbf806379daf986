import { describe, expect, it } from 'vitest';
import { submissionFields } from '../../../lambda/contract/submission.ts';
import { type Operation, operations } from '../../../lambda/domain/generation.ts';
import { readSubmission } from '../../../lambda/http/submission/submission-request.ts';
import { processorSecondsOf } from '../../support/processor-seconds.ts';
import { requestWith } from '../../support/sample-events.ts';
import fc from '../../support/seeded-fast-check.ts';
import { isClientError } from './refusal.ts';
import { dataUri, formBody, formType, type SamplePart, sampleBoundary, sampleImages } from './sample-forms.ts';

/** Seconds of processor time that one small request may take, with a wide margin. */
const maxSeconds = 2;

async function expectReceivedOrRefused(body: Buffer | string, type: string | undefined, operation: Operation) {
  const seconds = await processorSecondsOf(() => receive(body, type, operation));
  expect(seconds).toBeLessThan(maxSeconds);
}

async function receive(body: Buffer | string, type: string | undefined, operation: Operation): Promise<void> {
  try {
    const received = await readSubmission(
      requestWith(body, type === undefined ? {} : { 'content-type': type }),
      operation,
    );
    expect(received.model).toMatch(/^[^/\s]+(?:\/\S+)?$/);
    expect(JSON.stringify(received.submission)).not.toMatch(/\\ud[89a-f]/i);
    expect(received.submission.n).toBeGreaterThanOrEqual(1);
    expect(received.submission.n).toBeLessThanOrEqual(10);
    expect(received.images.length > 0).toBe(operation !== 'generation');
    expect(() => JSON.stringify(received.submission)).not.toThrow();
  } catch (error) {
    if (!isClientError(error)) throw error;
  }
}

const operation = fc.constantFrom(...operations);
const inheritedNames = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
const imageNames = [
  'image',
  'image[]',
  'image[3]',
  'images',
  'input_images',
  'mask',
  'mask[]',
  'fallbacks',
  'fallbacks[]',
];
const fieldNames = [...new Set(operations.flatMap((each) => Object.keys(submissionFields[each].shape)))];
const fieldName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...fieldNames, ...imageNames, ...inheritedNames) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const uri = dataUri(sampleImages.png(3));
const likelyText = fc.constantFrom(
  '3',
  '-3',
  'true',
  'false',
  'a/b',
  '["a/b"]',
  '{}',
  '[',
  'auto',
  'png',
  uri,
  'data:',
);
const text = fc.oneof(likelyText, fc.string({ unit: 'binary', maxLength: 40 }));

describe('readSubmission, with any JSON', () => {
  const value = fc.oneof(
    text,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom<unknown>([{ image_url: uri }], { file_id: uri }, [{ provider: 'a', model: 'b' }], [uri]),
    fc.string({ unit: 'binary' }).map((piece) => piece.repeat(2_000)),
  );
  const members = fc.uniqueArray(fc.tuple(fieldName, value), { maxLength: 8, selector: ([name]) => name });
  const valid = { model: 'a/b', prompt: 'x', image: uri };

  it('gives a submission or a client error, whichever field has whichever value', async () => {
    await fc.assert(
      fc.asyncProperty(operation, members, fc.boolean(), async (which, entries, complete) => {
        const own = entries.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each) ?? 'null'}`);
        const base = complete ? [JSON.stringify(valid).slice(1, -1)] : [];
        await expectReceivedOrRefused(`{${[...base, ...own].join(',')}}`, 'application/json', which);
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives a client error for bytes that are no JSON', async () => {
    await fc.assert(
      fc.asyncProperty(operation, fc.uint8Array({ maxLength: 200 }), async (which, bytes) => {
        await expectReceivedOrRefused(Buffer.from(bytes), undefined, which);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('readSubmission, with any valid fields', () => {
  const optional = {
    n: fc.integer({ min: 1, max: 10 }),
    seed: fc.maxSafeInteger(),
    output_compression: fc.integer({ min: 0, max: 100 }),
    stream: fc.constant(false),
    size: fc.constantFrom('auto', '1024x1024', '37x99'),
    quality: fc.constantFrom('auto', 'hd'),
    response_format: fc.constantFrom('url', 'b64_json'),
    negative_prompt: fc.string({ unit: 'grapheme', minLength: 1 }),
    fallbacks: fc.array(fc.constantFrom('a/b', 'c/d/e'), { minLength: 1, maxLength: 5 }),
    // What is empty in a form counts as not sent.
    unknown: fc.string({ unit: 'grapheme', minLength: 1 }),
  };
  const fields = fc.record(
    {
      model: fc.constant('a/b'),
      prompt: fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => /\S/.test(text)),
      ...optional,
    },
    { requiredKeys: ['model', 'prompt'] },
  );

  it('receives the same from a form as from JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fields, async (values) => {
        const json = JSON.stringify({ ...values, image: uri });
        const texts = Object.entries(values).flatMap(([name, value]) =>
          [value].flat().map((each): SamplePart => [name, String(each)]),
        );
        const form = formBody([...texts, ['image', sampleImages.png(3), 'a.png']]);
        const fromJson = await readSubmission(requestWith(json), 'edit');
        const fromForm = await readSubmission(requestWith(form, { 'content-type': formType() }), 'edit');
        expect(JSON.stringify(fromForm.submission)).toBe(JSON.stringify(fromJson.submission));
        expect(fromForm).toEqual(fromJson);
        expect(fromJson.submission).toMatchObject({ prompt: values.prompt, n: values.n ?? 1 });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('readSubmission, with any form', () => {
  const bytes = fc.uint8Array({ maxLength: 64 }).map((each) => Buffer.from(each));
  const safeName = fieldName.map((name) => name.replaceAll(/[\r\n"\\]/g, '_'));
  const part = fc.oneof(
    fc.tuple(safeName, text) as fc.Arbitrary<SamplePart>,
    fc.tuple(safeName, bytes, fc.constant('f.png')) as fc.Arbitrary<SamplePart>,
  );
  const valid: SamplePart[] = [
    ['model', 'a/b'],
    ['prompt', 'x'],
    ['image[]', sampleImages.png(1), 'a'],
  ];

  it('gives a submission or a client error, whichever parts it has', async () => {
    await fc.assert(
      fc.asyncProperty(operation, fc.array(part, { maxLength: 10 }), fc.boolean(), async (which, parts, complete) => {
        const body = formBody(complete ? [...valid, ...parts] : parts);
        await expectReceivedOrRefused(body, formType(), which);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps any file byte for byte, wherever the boundary’s letters occur in it', async () => {
    const lookAlike = fc.constantFrom('\r\n', '--', '\r', '\n', sampleBoundary, `\r\n--${sampleBoundary.slice(0, 5)}`);
    const content = fc
      .array(
        fc.oneof(
          lookAlike.map((each) => Buffer.from(each)),
          bytes,
        ),
        { minLength: 1, maxLength: 12 },
      )
      .map((pieces) => Buffer.concat(pieces))
      .filter(
        (each) => each.length > 0 && !Buffer.concat([Buffer.from('\r\n'), each]).includes(`\r\n--${sampleBoundary}`),
      );
    await fc.assert(
      fc.asyncProperty(content, async (file) => {
        const body = formBody([...valid.slice(0, 2), ['image', file, 'a']]);
        const received = await readSubmission(requestWith(body, { 'content-type': formType() }), 'edit');
        expect(received.images).toMatchObject([{ param: 'image', bytes: { length: file.length } }]);
        const [image] = received.images;
        expect(image && 'bytes' in image && Buffer.from(image.bytes).equals(file)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives a client error for a form with damaged bytes', async () => {
    const whole = formBody([...valid, ['mask', sampleImages.webp(2), 'm'], ['n', '2']]);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(whole.length), async (changes, cut) => {
        const body = Buffer.from(whole.subarray(0, cut % 3 === 0 ? cut : whole.length));
        for (const [at, byte] of changes) if (at < body.length) body[at] = byte;
        await expectReceivedOrRefused(body, formType(), 'edit');
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives a client error for any content type and any bytes', async () => {
    const type = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((each) => `multipart/form-data; boundary=${each}`),
    );
    await fc.assert(
      fc.asyncProperty(type, bytes, async (each, body) => expectReceivedOrRefused(body, each, 'edit')),
      { numRuns: 1_000 },
    );
  });

  const hostile: [string, Buffer][] = [
    ['line breaks', Buffer.from('\r\n'.repeat(2_000_000))],
    ['dashes', Buffer.from('-'.repeat(4_000_000))],
    ['all but boundaries', Buffer.from(`\r\n--${sampleBoundary.slice(0, -1)}`.repeat(260_000))],
    ['boundaries', Buffer.from(`\r\n--${sampleBoundary}`.repeat(250_000))],
    ['empty parts', Buffer.from(`--${sampleBoundary}\r\n`.repeat(260_000))],
    ['one endless header', Buffer.from(`--${sampleBoundary}\r\n${'a'.repeat(4_000_000)}`)],
    [
      'endless headers',
      Buffer.concat([
        Buffer.from(`--${sampleBoundary}\r\n`),
        Buffer.from('a: b\r\n'.repeat(600_000)),
        Buffer.from(`\r\n--${sampleBoundary}--`),
      ]),
    ],
  ];
  it.each(hostile)('refuses four megabytes of %s quickly', async (_, body) => {
    await expectReceivedOrRefused(body, formType(), 'edit');
  });

  it.each([
    ['many members', `{${Array.from({ length: 300_000 }, (_, at) => `"m${at}":1`).join(',')}}`],
    ['many nulls', `{${Array.from({ length: 250_000 }, (_, at) => `"m${at}":null`).join(',')}}`],
    ['many images', `{"images":[${'{"image_url":"data:;base64,AAAA"},'.repeat(110_000)}{}]}`],
    ['many fallbacks', `{"model":"a/b","prompt":"x","fallbacks":[${'"a/b",'.repeat(600_000)}"a/b"]}`],
  ])('refuses four megabytes of JSON with %s quickly', async (_, body) => {
    expect(body.length).toBeLessThan(4 * 1024 * 1024);
    await expectReceivedOrRefused(body, 'application/json', 'edit');
  });
});
