import { beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../bin/run-locally.ts';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { clearMask, fileOf, formOf, photograph } from '../support/sample-files.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Answer, type Client, createClient, locationOf } from './client.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';
import { isReplayed } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;
let client: Client;
let photo: Buffer;

beforeAll(async () => {
  darkroom = await sharedDarkroom();
  client = darkroom.client;
  photo = await photograph('chelsea.png');
});

const keyed = (key: string) => ({ 'idempotency-key': key });

const editOf = (prompt: string, image: Buffer, name = 'cat.png'): FormData =>
  formOf(['model', model], ['prompt', prompt], ['image', fileOf(image, name)]);

const codeOf = (answer: Answer) => errorBodySchema.parse(answer.json()).error;

describe.concurrent('Idempotency-Key', () => {
  it('takes the members of a JSON body in any order, and refuses another body', async () => {
    const body = {
      model,
      prompt: promptOf('in some order'),
      n: 1,
      size: '1024x1024',
      extra: { a: 1, b: [2, { c: 3 }] },
    };
    const { size, extra, ...rest } = body;
    const reordered = {
      extra: { b: [2, { c: 3 }], a: 1 },
      size,
      ...Object.fromEntries(Object.entries(rest).reverse()),
    };
    const first = await client.submit('generations', body, keyed('any-order'));
    const again = await client.submit('generations', reordered, keyed('any-order'));
    expect([isReplayed(first), isReplayed(again)]).toEqual([false, true]);
    expect(again.job().id).toBe(first.job().id);

    const others = [
      { ...body, prompt: promptOf('in another order') },
      { ...body, n: 2 },
      { ...body, response_format: 'b64_json' },
      { ...body, extra: { a: 1, b: [{ c: 3 }, 2] } },
    ];
    for (const other of others) {
      const refused = await client.submit('generations', other, keyed('any-order'));
      expect(refused.status).toBe(422);
      expect(codeOf(refused)).toMatchObject({ code: 'idempotency_mismatch' });
    }
    await client.ended(locationOf(first));
    expect(darkroom.simulator.ledger.requests({ prompt: body.prompt })).toHaveLength(1);
    expect(darkroom.simulator.ledger.requests({ prompt: promptOf('in another order') })).toEqual([]);
  });

  it('compares a form by its content, whatever its boundary and the names of its files', async () => {
    const prompt = promptOf('the same form');
    const first = await client.submit('edits', editOf(prompt, photo), keyed('form'));
    const renamed = await client.submit('edits', editOf(prompt, photo, 'renamed.png'), keyed('form'));
    expect(renamed.job().id).toBe(first.job().id);
    expect(isReplayed(renamed)).toBe(true);
    const otherImage = await client.submit('edits', editOf(prompt, await clearMask(32, 32)), keyed('form'));
    expect(otherImage.status).toBe(422);
    // A variation of the same image is another operation, though its id would be the same.
    const form = formOf(['model', model], ['image', fileOf(photo, 'cat.png')]);
    expect((await client.submit('variations', form, keyed('form'))).status).toBe(422);
  });

  it("is its owner's own: the same key of another is another job", async () => {
    const body = { model, prompt: promptOf('whose key') };
    const other = createClient(darkroom.stack.origin, await darkroom.newKey('other owner of the same Idempotency-Key'));
    const [mine, theirs] = await Promise.all([
      client.submit('generations', body, keyed('shared')),
      other.submit('generations', { ...body, n: 2 }, keyed('shared')),
    ]);
    expect([mine.status, theirs.status]).toEqual([202, 202]);
    expect([mine, theirs].map(isReplayed)).toEqual([false, false]);
    expect(theirs.job().id).not.toBe(mine.job().id);
  });

  it('is left free by a submission that was refused', async () => {
    const body = { model, prompt: promptOf('at first refused') };
    const refused = await client.submit('generations', { ...body, n: 11 }, keyed('refused'));
    expect(refused.status).toBe(400);
    const accepted = await client.submit('generations', body, keyed('refused'));
    expect(accepted.status).toBe(202);
    expect(isReplayed(accepted)).toBe(false);
  });

  it('answers with the ended job, as GET does, once it has ended', async () => {
    const body = { model, prompt: promptOf('asked again at the end') };
    const first = await client.submit('generations', body, keyed('ended'));
    const { job } = await client.ended(locationOf(first));
    const again = await client.submit('generations', body, keyed('ended'));
    expect(again.status).toBe(200);
    expect(isReplayed(again)).toBe(true);
    expect(again.job()).toEqual(job);
    expect(darkroom.simulator.ledger.requests({ prompt: body.prompt })).toHaveLength(1);
  });

  it('answers 409 where the images have expired', async () => {
    const body = { model, prompt: promptOf('asked again too late') };
    const headers = { ...keyed('expired'), 'x-bf-async-job-result-ttl': '1' };
    const { pathname } = new URL(locationOf(await client.submit('generations', body, headers)));
    await waitFor(async () => expect((await client.ask(pathname)).status).toBe(404));
    const late = await client.submit('generations', body, headers);
    expect(late.status).toBe(409);
    expect(codeOf(late)).toMatchObject({ code: 'idempotency_expired' });
  });

  it('answers 409 where the job was deleted', async () => {
    const body = { model, prompt: promptOf('asked again after its deletion') };
    const accepted = await client.submit('generations', body, keyed('deleted'));
    await client.ended(locationOf(accepted));
    expect((await client.ask(new URL(locationOf(accepted)).pathname, { method: 'DELETE' })).status).toBe(204);
    const late = await client.submit('generations', body, keyed('deleted'));
    expect(late.status).toBe(409);
    expect(codeOf(late)).toMatchObject({ code: 'idempotency_expired' });
    expect(darkroom.simulator.ledger.requests({ prompt: body.prompt })).toHaveLength(1);
  });

  it.each([
    ['without one', {}],
    ['with an empty one', { 'idempotency-key': '' }],
  ])('makes no two submissions %s the same job', async (how, headers) => {
    const body = { model, prompt: promptOf(`no key at all, ${how}`) };
    const submit = () => client.submit('generations', body, headers);
    const answers = await Promise.all([submit(), submit()]);
    expect(new Set(answers.map((answer) => answer.job().id)).size).toBe(2);
    expect(answers.some(({ headers }) => headers.has('idempotency-replayed'))).toBe(false);
  });

  it.each(['x'.repeat(256), 'with\ttab', 'ünï'])('refuses %j with a 400 that names the header', async (key) => {
    const headers = { authorization: `Bearer ${localKey}`, 'content-type': 'application/json', ...keyed(key) };
    const body = JSON.stringify({ model, prompt: promptOf('a bad key') });
    const refused = await client.ask('/v1/async/images/generations', { method: 'POST', headers, body });
    expect(refused.status).toBe(400);
    expect(codeOf(refused).param?.toLowerCase()).toBe('idempotency-key');
  });
});
