import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerSubmission } from '../../../../lambda/handlers/flows/answer-submission.ts';
import { ask, createFlowFixture } from '../../../support/flow-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { knownKey } from '../../../support/known-callers.ts';
import { sampleEvent } from '../../../support/sample-events.ts';
import { createSubmitPath } from '../../../support/submit-path.ts';
import { formBody, formType, type SamplePart } from '../../http/sample-forms.ts';

const image = Buffer.from(pngBytes(300));
const other = Buffer.from(pngBytes(200));
const fields: readonly SamplePart[] = [
  ['model', 'openai/gpt-image-2'],
  ['prompt', 'a cat'],
];
type Headers = Record<string, string>;

async function send(operation: string, body: string | Buffer, headers: Headers) {
  const path = createSubmitPath();
  const { result, faults } = await path.handle(
    sampleEvent({
      method: 'POST',
      resource: `/v1/async/images/${operation}`,
      // As API Gateway hands over all bodies.
      body: Buffer.from(body as string),
      headers: { 'x-bf-vk': knownKey, ...headers },
    }),
  );
  const [job] = path.jobs.records();
  const stored = (job?.images ?? []).map(({ key }) => Buffer.from(path.images.objects.get(key)?.bytes ?? []));
  return { status: result.statusCode, body: JSON.parse(result.body), job, stored, faults };
}

const sendJson = (fieldsOf: object, headers: Headers = {}, operation = 'generations') =>
  send(operation, JSON.stringify(fieldsOf), { 'content-type': 'application/json', ...headers });

/** A form with a head of its own for the image. */
const withHead = (head: string, content: Buffer = image): Buffer =>
  Buffer.concat([
    formBody(fields).subarray(0, -'--x-boundary-1--\r\n'.length),
    Buffer.from(`--x-boundary-1\r\nContent-Disposition: form-data; name="image"${head}\r\n\r\n`),
    content,
    Buffer.from('\r\n--x-boundary-1--\r\n'),
  ]);

describe('answerSubmission, of what clients send', () => {
  it.each([
    ['Postman', '; filename="_.png"; filename*="UTF-8\'\'k%C3%A4tzchen.png"\r\nContent-Type: image/png'],
    ['.NET without a file name', '\r\nContent-Type: image/png'],
    ['Spring with an empty one', '; filename=""\r\nContent-Type: image/png'],
    ['a shell that quotes nothing', '; filename="my "best" cat.png"\r\nContent-Type: image/png'],
    ['a client that takes it for text', '\r\nContent-Type: text/plain; charset=iso-8859-1'],
  ])('keeps the image of %s byte for byte', async (_, head) => {
    const { status, stored } = await send('edits', withHead(head), { 'content-type': formType() });
    expect(status).toBe(202);
    expect(stored).toEqual([image]);
  });

  it('keeps all images that come under several names, in order', async () => {
    const form = formBody([...fields, ['image', image, 'a.png'], ['image[]', other, 'b.png']]);
    const { status, stored } = await send('edits', form, { 'content-type': formType() });
    expect(status).toBe(202);
    expect(stored).toEqual([image, other]);
  });

  it('takes a browser’s form with everything optional left empty', async () => {
    const empty = ['n', 'size', 'quality', 'user', 'type', 'seed', 'stream', 'fallbacks'];
    const form = formBody([
      ...fields,
      ...empty.map((name): SamplePart => [name, '']),
      ['image', image, 'a.png'],
      ['mask', Buffer.alloc(0), ''],
    ]);
    const { status, job } = await send('edits', form, { 'content-type': formType() });
    expect(status).toBe(202);
    expect(job?.mask).toBeUndefined();
    expect(job?.warnings).toEqual([]);
  });

  it('takes text that comes as files', async () => {
    const form = formBody([
      ['model', Buffer.from('openai/gpt-image-2'), 'blob'],
      ['prompt', Buffer.from('ein Bär'), 'blob'],
      ['image', image, 'a.png'],
    ]);
    const { status, job } = await send('edits', form, { 'content-type': formType() });
    expect(status).toBe(202);
    expect(job?.submission).toMatchObject({ submission: { prompt: 'ein Bär' } });
  });

  it('refuses JSON that is not UTF-8, and what is compressed', async () => {
    const json = '{"model":"openai/gpt-image-2","prompt":"ein Bär"}';
    for (const type of ['application/json', 'text/plain']) {
      const latin = await send('generations', Buffer.from(json, 'latin1'), { 'content-type': type });
      expect(latin.body.error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('UTF-8') });
    }
    const headers = { 'content-type': 'application/json', 'content-encoding': 'deflate' };
    expect((await send('generations', deflateSync(json), headers)).status).toBe(415);
  });

  it('warns of a time to live that it passes over, in the job', async () => {
    const headers = { 'x-bf-async-job-result-ttl': 'one hour' };
    const { job } = await sendJson({ model: 'openai/gpt-image-2', prompt: 'a cat' }, headers);
    expect(job?.warnings).toMatchObject([{ code: 'ttl_ignored', param: 'x-bf-async-job-result-ttl' }]);
    expect(job?.resultTtlSeconds).toBe(3600);
  });

  it('warns of the images that a variation does not use, in the job', async () => {
    const form = formBody([
      ['model', 'openai/gpt-image-2'],
      ['image', image, 'a'],
      ['image[]', other, 'b'],
    ]);
    const { job, stored } = await send('variations', form, { 'content-type': formType() });
    expect(job?.warnings).toMatchObject([{ code: 'images_unused', param: 'image[]' }]);
    expect(stored).toEqual([image]);
  });

  it('accepts a model without a provider, under the name that was asked for', async () => {
    const { job } = await sendJson({
      model: 'gpt-image-2.5-flare',
      prompt: 'x',
      fallbacks: ['gpt-image-2.5-sunburst'],
    });
    expect(job?.modelRequested).toBe('gpt-image-2.5-flare');
    expect(job?.candidates).toEqual([
      { provider: 'openai', model: 'gpt-image-2.5-flare' },
      { provider: 'openai', model: 'gpt-image-2.5-sunburst' },
    ]);
  });
});

describe('answerSubmission, of a refusal', () => {
  const known = { provider: 'openai', model_requested: 'openai/gpt-image-2', request_type: 'image_generation' };

  it.each<[string, object, object]>([
    ['a field that is wrong', { model: 'openai/gpt-image-2', prompt: 'x', n: 99 }, known],
    ['what the model does not take', { model: 'openai/gpt-image-2', prompt: 'x', quality: 'best' }, known],
    [
      'a model that nobody has',
      { model: 'openai/none', prompt: 'x' },
      { ...known, provider: undefined, model_requested: 'openai/none' },
    ],
    ['no model', { prompt: 'x' }, { request_type: 'image_generation' }],
    ['a model that is no name', { model: 'a\u0001/b', prompt: 'x' }, { request_type: 'image_generation' }],
    ['a model that is no text', { model: { a: 1 }, prompt: 'x' }, { request_type: 'image_generation' }],
    [
      'a model without a provider',
      { model: 'gpt-image-2.5-flare', prompt: '' },
      { ...known, model_requested: 'gpt-image-2.5-flare' },
    ],
  ])('tells what is known where the fault is %s', async (_, body, extra) => {
    const answer = await sendJson(body);
    expect(answer.status).toBe(400);
    expect(answer.body.extra_fields).toEqual(JSON.parse(JSON.stringify(extra)));
  });

  it('tells of the model of a form whose parts are wrong', async () => {
    for (const part of [
      ['n', 'x'],
      ['image', Buffer.alloc(0), 'a'],
      ['picture', image, 'a'],
    ] as SamplePart[]) {
      const { body } = await send('edits', formBody([part, ...fields]), { 'content-type': formType() });
      expect(body.extra_fields).toEqual({ ...known, request_type: 'image_edit' });
    }
  });

  it('tells of the operation before anything is read', async () => {
    const { status, body } = await send('variations', '{', { 'x-bf-vk': 'sk-bf-unknown' });
    expect(status).toBe(401);
    expect(body.extra_fields).toEqual({ request_type: 'image_variation' });
  });

  it('bears the warnings of what was passed over before', async () => {
    const { body } = await sendJson({ model: 'a/b', prompt: 'x' }, { 'x-bf-async-job-result-ttl': '0' });
    expect(body.extra_fields.warnings).toMatchObject([{ code: 'ttl_ignored' }]);
  });
});

describe('answerSubmission, of a job that it has accepted', () => {
  function createSubmitting() {
    const fixture = createFlowFixture();
    const { submitting, settings, clock, jobs } = fixture;
    const answer = answerSubmission({
      ...fixture,
      ...submitting,
      settings: { ...submitting.settings, maxWaitSeconds: settings.maxWaitSeconds },
    });
    const submit = (headers: Headers = {}, remainingSeconds = 28) =>
      ask(
        answer,
        {
          ...{
            method: 'POST',
            resource: '/v1/async/images/generations',
            calledPath: '/prod/v1/async/images/generations',
          },
          ...{ headers, body: JSON.stringify({ model: 'openai/good', prompt: 'a cat' }) },
        },
        remainingSeconds,
      );
    return { clock, jobs, submit };
  }

  it('tells where and when to look for it, and what is left of the caller’s limits', async () => {
    const { status, headers, body } = await createSubmitting().submit();
    expect(status).toBe(202);
    expect(headers.location).toBe(`https://a.example/prod/v1/async/images/generations/${body.id}`);
    expect(headers['retry-after']).toBe('20');
    expect(headers.ratelimit).toBe('"1m";r=599;t=60');
  });

  it.each([
    ['as the stage grants', 'wait=20', 28, 15],
    ['as the function has time, but for its answer', 'wait=20', 10, 4],
  ])('holds the answer back for as long %s', async (_, prefer, remainingSeconds, expected) => {
    const { submit, clock } = createSubmitting();
    const arrivedAt = clock.now();
    const { status, headers } = await submit({ prefer }, remainingSeconds);
    expect([status, headers['preference-applied']]).toEqual([202, `wait=${expected}`]);
    expect(clock.now()).toBe(arrivedAt + expected * 1000);
  });

  it('says that its idempotency key had it before', async () => {
    const { submit, jobs } = createSubmitting();
    const first = await submit({ 'idempotency-key': 'a' });
    const second = await submit({ 'idempotency-key': 'a' });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.body.id).toBe(first.body.id);
    expect(jobs.records()).toHaveLength(1);
  });
});
