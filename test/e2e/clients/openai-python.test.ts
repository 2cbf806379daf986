import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../../bin/run-locally.ts';
import { clearMask, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { type PythonCall, pythonForm, pythonGet, pythonJson } from './python-requests.ts';
import { exchange, type RawAnswer } from './raw-exchange.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(async () => {
  await darkroom?.stop();
});

const callOf = (more: Partial<PythonCall> = {}): PythonCall => ({ origin: darkroom.origin, key: localKey, ...more });
const imageIn = (answer: RawAnswer): Buffer => Buffer.from(JSON.parse(answer.body).data[0].b64_json, 'base64');
const filesOf = (prompt: string) => darkroom.simulator.ledger.charges({ prompt })[0]?.files ?? [];

describe("Python's client.images.generate", () => {
  const path = '/v1/images/generations';

  it('gets an image in base64', async () => {
    const prompt = promptOf('a lighthouse from Python');
    const answer = await exchange(
      darkroom.origin,
      pythonJson(callOf(), path, { prompt, model, n: 1, size: '1536x1024' }),
    );
    expect(answer.status).toBe(200);
    expect(await headerOf(imageIn(answer))).toEqual({ format: 'png', width: 1536, height: 1024 });
  });

  it('gets headers to read with with_raw_response', async () => {
    const prompt = promptOf('a lighthouse as a raw response');
    const answer = await exchange(darkroom.origin, pythonJson(callOf({ raw: true }), path, { prompt, model }));
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-darkroom-job-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('content-type')).toContain('application/json');
  });

  it('tries again with the same Idempotency-Key, and gets the same image of the one provider request', async () => {
    const prompt = promptOf('a lighthouse at the second try');
    const headers = [['Idempotency-Key', 'from-python']] as const;
    const [first, second] = [
      await exchange(darkroom.origin, pythonJson(callOf({ headers }), path, { prompt, model })),
      await exchange(darkroom.origin, pythonJson(callOf({ headers, retries: 1 }), path, { prompt, model })),
    ];
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(imageIn(second).equals(imageIn(first))).toBe(true);
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
  });

  it('gets events with stream=True', async () => {
    const prompt = promptOf('a stream to Python');
    const body = { prompt, model, partial_images: 1, stream: true };
    const answer = await exchange(darkroom.origin, pythonJson(callOf(), path, body));
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(eventsIn(answer)).toEqual(['image_generation.partial_image', 'image_generation.completed']);
  });

  it('gets an error that it reads status, code and param from', async () => {
    const answer = await exchange(
      darkroom.origin,
      pythonJson(callOf(), path, { prompt: promptOf('many'), model, n: 11 }),
    );
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { code: 'invalid_value', param: 'n', type: 'invalid_request_error' },
    });
  });
});

describe("Python's client.images.edit", () => {
  const path = '/v1/images/edits';

  it('sends one image that was opened, as `image`', async () => {
    const prompt = promptOf('an edit from Python');
    const bytes = await photograph('chelsea.png');
    const file = { given: 'open', path: 'photographs/chelsea.png', bytes } as const;
    const pieces = pythonForm(callOf(), path, { prompt, model, n: 1, size: '1024x1024' }, [['image', file]]);
    const answer = await exchange(darkroom.origin, pieces);
    expect(await headerOf(imageIn(answer))).toEqual({ format: 'png', width: 1024, height: 1024 });
    expect(filesOf(prompt).map((each) => each.sha256)).toEqual([sha256(bytes)]);
  });

  it('sends a list of whatever it takes as `image[]`, and a mask', async () => {
    const prompt = promptOf('an edit of a list from Python');
    const [cup, cat, caps] = await Promise.all([
      photograph('coffee.png'),
      photograph('chelsea.png'),
      photograph('kodim03.png'),
    ]);
    const answer = await exchange(
      darkroom.origin,
      pythonForm(callOf(), path, { prompt, model, n: 1 }, [
        ['image[]', { given: 'bytes', bytes: cup }],
        ['image[]', { given: 'tuple', name: 'a "cat".png', bytes: cat, type: 'image/png' }],
        ['image[]', { given: 'open', path: 'kodim03.png', bytes: caps }],
        ['mask', { given: 'bytes', bytes: await clearMask(600, 400) }],
      ]),
    );
    expect(answer.status).toBe(200);
    const images = filesOf(prompt).filter(({ field }) => field.startsWith('image'));
    expect(images.map((each) => each.sha256)).toEqual([cup, cat, caps].map(sha256));
    expect(filesOf(prompt).filter(({ field }) => field === 'mask')).toHaveLength(1);
  });

  it('gets events with stream=True, which a form says in text', async () => {
    const prompt = promptOf('a stream of an edit to Python');
    const bytes = await photograph('chelsea.png');
    const fields = { prompt, model, partial_images: 1, stream: true };
    const pieces = pythonForm(callOf(), path, fields, [['image', { given: 'bytes', bytes }]]);
    const answer = await exchange(darkroom.origin, pieces);
    expect(eventsIn(answer)).toEqual(['image_edit.partial_image', 'image_edit.completed']);
  });
});

describe("Python's client.images.create_variation", () => {
  it('gets an image', async () => {
    const bytes = await photograph('chelsea.png');
    const file = { given: 'open', path: 'chelsea.png', bytes } as const;
    const pieces = pythonForm(callOf(), '/v1/images/variations', { model, n: 1 }, [['image', file]]);
    const answer = await exchange(darkroom.origin, pieces);
    expect(await headerOf(imageIn(answer))).toMatchObject({ format: 'png' });
  });
});

describe("Python's client.models", () => {
  it('lists models', async () => {
    const answer = await exchange(darkroom.origin, pythonGet(callOf(), '/v1/models'));
    const { object, data } = JSON.parse(answer.body) as { object: string; data: { id: string }[] };
    expect(object).toBe('list');
    expect(data.map(({ id }) => id)).toContain(model);
  });

  // Older releases put the name into the path as it is; `path_template` of newer ones encodes its slash.
  it.each([model, model.replace('/', '%2F')])('retrieves a model at /v1/models/%s', async (name) => {
    const answer = await exchange(darkroom.origin, pythonGet(callOf(), `/v1/models/${name}`));
    expect(JSON.parse(answer.body)).toMatchObject({ id: model, object: 'model' });
  });
});

/** The names of the events that are no comments. */
const eventsIn = ({ body }: RawAnswer): readonly string[] =>
  body.split('\n').flatMap((line) => (line.startsWith('event: ') ? [line.slice('event: '.length)] : []));
