import { describe, expect, it } from 'vitest';
import { quoteSchema } from '../../../../lambda/contract/quote.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { knownKey } from '../../../support/known-callers.ts';
import { sampleEvent } from '../../../support/sample-events.ts';
import { noon } from '../../../support/sample-job.ts';
import { createSubmitPath } from '../../../support/submit-path.ts';
import { createSynchronousPath } from '../../../support/synchronous-path.ts';
import { inVirtualTime } from '../../../support/virtual-time.ts';
import { formBody, formType, type SamplePart } from '../../http/sample-forms.ts';

const generation = JSON.stringify({ model: 'openai/gpt-image-2', prompt: 'a cat', n: 3, quality: 'low' });
const json = { 'content-type': 'application/json' };

async function ask(query: string, over: { operation?: string; body?: string | Buffer; headers?: object } = {}) {
  const { operation = 'generations', body = generation, headers = {} } = over;
  const path = createSubmitPath();
  const { result } = await path.handle(
    sampleEvent({
      method: 'POST',
      resource: `/v1/async/images/${operation}`,
      query,
      body: Buffer.from(body as string),
      headers: { 'x-bf-vk': knownKey, ...json, ...headers },
    }),
  );
  const kept = [...path.jobs.records(), ...path.images.objects.keys(), ...path.queue.sent];
  return { status: result.statusCode, body: JSON.parse(result.body), headers: result.headers ?? {}, kept };
}

describe('answerSubmission, asked for a quote', () => {
  it('answers with the price, and keeps nothing', async () => {
    const { status, body, kept } = await ask('quote=true', { headers: { 'idempotency-key': 'k-1' } });
    expect(status).toBe(200);
    expect(quoteSchema.parse(body)).toMatchObject({ model: 'openai/gpt-image-2', candidates: [{ requests: 1 }] });
    expect(kept).toEqual([]);
  });

  it('takes a form, and looks at its images', async () => {
    const parts = (image: Buffer) =>
      formBody([
        ['model', 'openai/gpt-image-2'],
        ['prompt', 'a cat'],
        ['image', image, 'a.png'],
      ]);
    const edit = { operation: 'edits', headers: { 'content-type': formType() } };
    const good = await ask('quote=true', { ...edit, body: parts(Buffer.from(pngBytes(300))) });
    expect([good.status, good.body.object, good.kept]).toEqual([200, 'quote', []]);
    const bad = await ask('quote=true', { ...edit, body: parts(Buffer.from('no image')) });
    expect([bad.status, bad.body.type]).toEqual([400, 'invalid_image']);
  });

  it('needs a key', async () => {
    const { status, body } = await ask('quote=true', { headers: { 'x-bf-vk': '' } });
    expect([status, body.type]).toEqual([401, 'virtual_key_required']);
  });

  it('refuses what the submission would be refused for', async () => {
    const { status, body } = await ask('quote=true', { body: JSON.stringify({ model: 'openai/gpt-image-2' }) });
    expect([status, body.error.param]).toEqual([400, 'prompt']);
  });

  it.each(['quote=true', ''])(
    'refuses what has too many pixels to be redrawn, and says what can be sent: with the query "%s"',
    async (query) => {
      const large = Buffer.from(pngBytes(300, { width: 5000, height: 4000 }));
      // With alpha, as a mask has it.
      large[25] = 6;
      const body = (...parts: SamplePart[]) => formBody([...parts, ['prompt', 'a hat']]);
      const edit = { operation: 'edits', headers: { 'content-type': formType() } };
      const masked = body(['model', 'recraft/recraftv3'], ['image', large, 'a.png'], ['mask', large, 'b.png']);
      const extended = body(
        ['model', 'openai/gpt-image-2'],
        ['type', 'outpainting'],
        ['left', '100'],
        ['image', large, 'a.png'],
      );
      for (const [sent, param, advice] of [
        [masked, 'mask', 'Scale the image and its mask down.'],
        [extended, 'image', 'Scale it down.'],
      ] as const) {
        const { status, body: answer, kept } = await ask(query, { ...edit, body: sent });
        expect([status, answer.error.param, kept]).toEqual([400, param, []]);
        expect(answer.error.message).toContain(`5000x4000 pixels, and the maximum is 16,000,000. ${advice}`);
      }
    },
  );

  it.each(['quote=yes', 'quote=', 'quote=1', 'quote=TRUE', 'quote=true&quote=false'])(
    'refuses %s, and names it',
    async (query) => {
      const { status, body, kept } = await ask(query);
      expect([status, body.type, body.error.param, kept]).toEqual([400, 'invalid_value', 'quote', []]);
    },
  );

  it.each(['Quote=true', 'quotes=true', 'quote[]=true', 'QUOTES='])(
    'takes %s for a slip, and not for a submission',
    async (query) => {
      const { status, body, kept } = await ask(query);
      expect([status, body.type, kept]).toEqual([400, 'invalid_value', []]);
      expect(body.error.message).toContain('use quote=true');
    },
  );

  it('refuses a field of that name, which would be paid for', async () => {
    const lighthouse = { model: 'openai/gpt-image-2', prompt: 'a lighthouse', quote: true };
    const { status, body, kept } = await ask('', { body: JSON.stringify(lighthouse) });
    expect([status, body.error.param, kept]).toEqual([400, 'quote', []]);
  });

  it.each(['quote=false', '', 'note=true'])('submits with the query "%s"', async (query) => {
    const { status, kept } = await ask(query);
    expect([status, kept.length > 0]).toEqual([202, true]);
  });
});

describe('answerSynchronously, asked for a quote', () => {
  it.each([{}, { stream: true }])('answers with JSON, and neither keeps nor makes anything: %j', (body) =>
    inVirtualTime(noon, 1000, async () => {
      const path = createSynchronousPath([]);
      const answer = await path.ask(body, {}, 'quote=true');
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toContain('application/json');
      expect(answer.headers).not.toHaveProperty('x-darkroom-job-id');
      expect(quoteSchema.parse(JSON.parse(answer.text))).toMatchObject({ object: 'quote' });
      expect(path.jobs.records()).toEqual([]);
    }),
  );

  it('is for the job that the request would make with its own key', () =>
    inVirtualTime(noon, 1000, async () => {
      const path = createSynchronousPath([], { passThrough: { providers: ['openai'] } });
      const own = { authorization: 'Bearer sk-proj-12345678', 'x-bf-vk': knownKey, 'x-bf-cache-key': 'lighthouses' };
      const { warnings } = quoteSchema.parse(JSON.parse((await path.ask({}, own, 'quote=true')).text));
      expect(warnings.map(({ code }) => code)).toContain('cache_ignored');
    }));

  it('refuses another value', () =>
    inVirtualTime(noon, 1000, async () => {
      const path = createSynchronousPath([]);
      const answer = await path.ask({}, {}, 'quote=on');
      expect([answer.status, JSON.parse(answer.text).error.param]).toEqual([400, 'quote']);
    }));
});
