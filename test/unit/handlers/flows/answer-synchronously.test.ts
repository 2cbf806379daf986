import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import type { ByteStream } from '../../../../lambda/domain/images/image.ts';
import { cancel, erase } from '../../../../lambda/domain/jobs/endings.ts';
import type { Job } from '../../../../lambda/domain/jobs/job.ts';
import { noon } from '../../../support/sample-job.ts';
import { createSynchronousPath, limitSeconds } from '../../../support/synchronous-path.ts';
import { inVirtualTime, seconds } from '../../../support/virtual-time.ts';
import { type Act, deliverImages, failWith, onePixelPng } from '../../../support/worker-fixture.ts';

const inTime = <Result>(story: () => Promise<Result>) => inVirtualTime(noon, 1000, story);
const base64 = onePixelPng.toString('base64');

/** Takes so long, and shows partial images on the way. */
const showing =
  (partials: number, then: Act = deliverImages(), takesSeconds = 1): Act =>
  async (call, model) => {
    for (let index = 0; index < partials; index += 1) call.partials?.take({ index, base64: `part-${index}` });
    await seconds(takesSeconds);
    return then(call, model);
  };

/** The names of events, comments among them. */
const namesIn = (stream: string) =>
  stream
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => /^event: (.*)$/m.exec(event)?.[1] ?? event);

const dataOf = (stream: string, type: string) =>
  [...stream.matchAll(/event: (.*)\ndata: (.*)\n\n/g)].flatMap(([, name, data = '']) =>
    name === type ? [JSON.parse(data)] : [],
  );

describe('answerSynchronously', () => {
  it('shows the images both ways to the GPT image family where nobody says how, and as links to others', () =>
    inTime(async () => {
      const path = createSynchronousPath([deliverImages(), deliverImages(), deliverImages()]);
      const shown = async (body: object) => Object.keys(JSON.parse((await path.ask(body)).text).data[0]);
      expect(await shown({})).toEqual(['url', 'b64_json', 'content_credentials', 'index']);
      expect(await shown({ model: 'openai/other' })).toEqual(['url', 'content_credentials', 'index']);
      expect(await shown({ response_format: 'b64_json' })).toEqual(['b64_json', 'content_credentials', 'index']);
    }));

  it.each([
    ['its result', 'synchronous_answered', () => showing(0)],
    ['the failure', 'synchronous_failed', () => failWith('refused', 'Not that.', { billed: 'unknown' })],
    ['that its time is over', 'synchronous_limit_reached', () => showing(0, deliverImages(), limitSeconds + 30)],
  ] as const)('tells operators once where a caller is told %s, streamed or not', (_, code, act) =>
    inTime(async () => {
      for (const isStream of [false, true]) {
        const path = createSynchronousPath([act()]);
        const answer = await path.begin(isStream ? { stream: true } : {});
        if (typeof answer.body !== 'string') await text(answer.body);
        const told = path.events.filter((event) => event.code.startsWith('synchronous_'));
        const fields = { jobId: answer.headers['x-darkroom-job-id'], stream: isStream, replayed: false };
        expect(told).toMatchObject([{ code, fields }]);
        await answer.rest?.();
      }
    }),
  );

  it('answers a failure with its own status, and ends with it', () =>
    inTime(async () => {
      const path = createSynchronousPath([failWith('refused', 'Not that.', { billed: 'unknown' })]);
      const answer = await path.begin();
      expect(answer.status).toBe(422);
      expect(answer.headers['x-should-retry']).toBe('false');
      await answer.rest?.();
    }));

  it('stores nothing, and asks nobody, for what is refused', () =>
    inTime(async () => {
      const path = createSynchronousPath([], { maxWaits: 0 });
      for (const [body, status] of [
        [{ n: 11 }, 400],
        [{ partial_images: 1 }, 400],
        [{}, 503],
        [{ stream: true }, 503],
      ] as const) {
        const answer = await path.ask(body);
        expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/json; charset=utf-8']);
        expect(answer.headers).not.toHaveProperty('x-should-retry');
      }
      expect(path.jobs.records()).toEqual([]);
      expect(path.images.objects.size).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    }));

  it('holds the slot of its owner until the answer is sent, also where it is of a job that had ended before', () =>
    inTime(async () => {
      const path = createSynchronousPath([deliverImages()], { maxWaits: 1 });
      const key = { 'idempotency-key': 'k' };
      const unread = await path.begin({}, key);
      const statusOf = async (body: object, headers = {}) => (await path.ask(body, headers)).status;
      expect([unread.status, await statusOf({}, key), await statusOf({ n: 2 })]).toEqual([200, 503, 503]);
      await unread.rest?.();
      const replayed = await path.begin({}, key);
      expect([replayed.status, await statusOf({}, key)]).toEqual([200, 503]);
      await replayed.rest?.();
      expect(await statusOf({}, key)).toBe(200);
    }));

  it('has no client try the key of a deleted job again by itself', () =>
    inTime(async () => {
      const path = createSynchronousPath([deliverImages()]);
      const key = { 'idempotency-key': 'k' };
      const { id } = JSON.parse((await path.ask({}, key)).text);
      await path.jobs.apply(id, erase((await path.jobs.find(id)) as Job, Date.now()));
      const again = await path.ask({}, key);
      expect([again.status, again.headers['x-should-retry']]).toEqual([409, 'false']);
    }));

  it('answers at its limit while the provider works on, and lives until that has its outcome', () =>
    inTime(async () => {
      const path = createSynchronousPath([showing(0, deliverImages(), limitSeconds + 30)]);
      const answer = await path.begin();
      expect(Date.now()).toBe(noon + limitSeconds * 1000);
      expect([answer.status, answer.headers['x-should-retry']]).toEqual([504, 'false']);
      expect(path.jobs.records()).toMatchObject([{ status: 'processing', attempts: [{ outcome: 'started' }] }]);
      await answer.rest?.();
      expect(Date.now()).toBe(noon + (limitSeconds + 30) * 1000);
      expect(path.jobs.records()).toMatchObject([{ status: 'completed' }]);
    }));

  it('names the job where the stores fail after its acceptance, and keeps clients from a second one', () =>
    inTime(async () => {
      const path = createSynchronousPath([deliverImages()]);
      const { id } = JSON.parse((await path.ask({}, { 'idempotency-key': 'k' })).text);
      const open = vi.spyOn(path.images, 'open').mockRejectedValue(new Error('no object'));
      const answer = await path.begin({}, { 'idempotency-key': 'k' });
      expect(answer.job).toMatchObject({ id, operation: 'generation' });
      await expect(text(answer.body as ByteStream)).rejects.toThrow('no object');
      open.mockRestore();
    }));

  it.each([false, true])('is a 404 for a job that was deleted meanwhile, and names it; stream: %s', (stream) =>
    inTime(async () => {
      const path = createSynchronousPath([showing(0, deliverImages(), 200)]);
      const answering = path.ask({ stream });
      await seconds(5);
      const [id = ''] = path.jobs.records().map((record) => record.id);
      const now = () => path.jobs.find(id) as Promise<Job>;
      await path.jobs.apply(id, cancel(await now(), Date.now()));
      await path.jobs.apply(id, erase(await now(), Date.now()));
      const { status, headers, text: said } = await answering;
      expect([status, headers['x-darkroom-job-id']]).toEqual([stream ? 200 : 404, id]);
      const body = stream ? dataOf(said, 'error')[0] : JSON.parse(said);
      expect(body).toMatchObject({ status_code: 404, error: { code: 'not_found' }, extra_fields: { job_id: id } });
    }),
  );
});

describe('answerSynchronously, with a stream', () => {
  const stream = { stream: true, partial_images: 2 };

  it('sends partial images as they come, and the completed event when the end is durable', () =>
    inTime(async () => {
      const path = createSynchronousPath([showing(2)]);
      const answer = await path.begin(stream);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
        'x-darkroom-job-id': expect.any(String),
        ratelimit: expect.any(String),
      });
      // The provider has been asked, and has said nothing yet of the end.
      expect(path.jobs.records()).toMatchObject([{ status: 'processing' }]);
      const said = await text(answer.body as ByteStream);
      const partial = 'image_generation.partial_image';
      expect(namesIn(said)).toEqual([':', partial, partial, 'image_generation.completed']);
      expect(dataOf(said, partial).map((data) => data.b64_json)).toEqual(['part-0', 'part-1']);
      const [completed] = dataOf(said, 'image_generation.completed');
      expect(completed.b64_json).toBe(base64);
      expect(completed.extra_fields.warnings).toBeUndefined();
      expect(path.jobs.records()).toMatchObject([{ status: 'completed' }]);
      expect(vi.getTimerCount()).toBe(0);
    }));

  it('lets the caller see each partial image before the provider goes on', () =>
    inTime(async () => {
      const seen = [0, 1].map(() => Promise.withResolvers<void>());
      const goingOn: Act = async (call, model) => {
        for (const [index, { promise }] of seen.entries()) {
          call.partials?.take({ index, base64: `part-${index}` });
          await promise;
        }
        return deliverImages()(call, model);
      };
      const { body } = await createSynchronousPath([goingOn]).begin(stream);
      let said = '';
      for await (const piece of body as ByteStream) {
        said += Buffer.from(piece).toString();
        // Were anything held back, the provider would wait for ever.
        for (const data of dataOf(said, 'image_generation.partial_image')) seen[data.partial_image_index]?.resolve();
      }
      expect(namesIn(said).at(-1)).toBe('image_generation.completed');
    }));

  it('keeps a quiet connection open', () =>
    inTime(async () => {
      const path = createSynchronousPath([showing(0, deliverImages(), 50)]);
      const { text: said } = await path.ask(stream);
      expect(namesIn(said)).toEqual([':', ':', ':', ':', 'image_generation.completed']);
    }));

  it('begins anew with a fallback, and says so', () =>
    inTime(async () => {
      const path = createSynchronousPath([showing(2, failWith('unsupported', 'No.')), showing(1)]);
      const { text: said } = await path.ask({ ...stream, fallbacks: ['openai/gpt-other'] });
      const shown = dataOf(said, 'image_generation.partial_image').map((data) => data.partial_image_index);
      expect(shown).toEqual([0, 1, 0]);
      const [{ extra_fields: fields }] = dataOf(said, 'image_generation.completed');
      expect(fields.warnings.map(({ code }: { code: string }) => code)).toEqual(['stream_restarted']);
    }));

  it('is the completed event alone, with a warning, from a model that shows nothing on the way', () =>
    inTime(async () => {
      const path = createSynchronousPath([showing(0)]);
      const { text: said } = await path.ask({ ...stream, model: 'openai/other' });
      expect(namesIn(said)).toEqual([':', 'image_generation.completed']);
      const [{ extra_fields: fields }] = dataOf(said, 'image_generation.completed');
      expect(fields.warnings.map(({ code }: { code: string }) => code)).toEqual(['stream_without_partials']);
    }));

  it('is the completed event alone for a replay and a twin, with a warning that says why', () =>
    inTime(async () => {
      const path = createSynchronousPath([showing(2, deliverImages(), 20)]);
      const key = { 'idempotency-key': 'k' };
      const first = path.ask(stream, key);
      await seconds(1);
      const twin = path.ask(stream, key);
      for (const answer of [await twin, (await first) && (await path.ask(stream, key))]) {
        expect(answer.headers['idempotency-replayed']).toBe('true');
        expect(namesIn(answer.text).filter((name) => name !== ':')).toEqual(['image_generation.completed']);
        const [{ extra_fields: fields }] = dataOf(answer.text, 'image_generation.completed');
        expect(fields.warnings).toMatchObject([
          { code: 'stream_without_partials', message: expect.stringContaining('Idempotency-Key already had a job') },
        ]);
      }
    }));

  it('is a plain answer as long as no provider was asked, and an error event from then on', () =>
    inTime(async () => {
      const blocked = createSynchronousPath([]);
      blocked.block();
      const plain = await blocked.ask(stream);
      expect([plain.status, JSON.parse(plain.text).error.code]).toEqual([403, 'virtual_key_blocked']);
      const failing = createSynchronousPath([showing(1, failWith('refused', 'Not that.', { billed: 'unknown' }))]);
      const { status, text: said } = await failing.ask(stream);
      expect([status, namesIn(said)]).toEqual([200, [':', 'image_generation.partial_image', 'error']]);
      expect(dataOf(said, 'error')).toMatchObject([
        { type: 'error', status_code: 422, error: { message: 'Not that.' } },
      ]);
    }));

  it('ends with an error event at its limit, which names the job that goes on', () =>
    inTime(async () => {
      const path = createSynchronousPath([showing(1, deliverImages(), limitSeconds + 30)]);
      const answer = await path.begin(stream);
      const said = await text(answer.body as ByteStream);
      expect(Date.now()).toBe(noon + limitSeconds * 1000);
      expect(dataOf(said, 'error')).toMatchObject([
        { status_code: 504, extra_fields: { job_id: answer.headers['x-darkroom-job-id'] } },
      ]);
      await answer.rest?.();
      expect(path.jobs.records()).toMatchObject([{ status: 'completed' }]);
    }));
});
