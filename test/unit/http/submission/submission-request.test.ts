import { describe, expect, it } from 'vitest';
import { limits } from '../../../../lambda/contract/limits.ts';
import { submissionFields } from '../../../../lambda/contract/submission.ts';
import { type Operation, operations } from '../../../../lambda/domain/generation.ts';
import { readSubmission } from '../../../../lambda/http/submission/submission-request.ts';
import { jsonRequest, requestWith } from '../../../support/sample-events.ts';
import { refusalOf } from '../refusal.ts';
import { dataUri, formBody, formRequest, formType, type SamplePart, sampleImages } from '../sample-forms.ts';

const png = sampleImages.png(0);
const bodies: Readonly<Record<Operation, Record<string, unknown>>> = {
  generation: { model: 'openai/gpt-image-2', prompt: 'a cat' },
  edit: { model: 'openai/gpt-image-2', prompt: 'a cat', image: dataUri(png) },
  variation: { model: 'openai/gpt-image-2', image: dataUri(png) },
};
const readJson = (operation: Operation, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  readSubmission(jsonRequest({ ...bodies[operation], ...more }, headers), operation);
const editParts: SamplePart[] = [
  ['model', 'openai/gpt-image-2'],
  ['prompt', 'a cat'],
  ['image', png, 'a.png'],
];
const readForm = (more: readonly SamplePart[] = [], operation: Operation = 'edit') =>
  readSubmission(formRequest([...editParts, ...more]), operation);

describe('readSubmission', () => {
  it('reads the smallest generation with the contract’s defaults', async () => {
    expect(await readJson('generation')).toEqual({
      model: 'openai/gpt-image-2',
      fallbacks: [],
      submission: { operation: 'generation', prompt: 'a cat', n: 1, parameters: {}, extra: {} },
      rawWanted: { request: false, response: false },
      images: [],
      waitSeconds: 0,
    });
  });

  it.each([
    [{ n: 0 }, '"n" must be at least 1. Its description: number of images; 1 if absent.'],
    [{ size: 'large' }, '"size" must have this form: `auto` or `WxH` in pixels, such as 256x256'],
    [{ model: 'a b' }, '"model" must have this form: as `provider/model`, such as `openai/gpt-image-2`'],
    [{ prompt: ' ' }, '"prompt" must have this form: what the images should show. It must not be blank.'],
    [{ fallbacks: [1] }, 'Each of "fallbacks" must be `provider/model`, or an object'],
    [{ quality: 'very high' }, '"quality" must have this form: `auto`, '],
    [{ seed: 'x' }, '"seed" must be an integer.'],
    [{ background: 'blue' }, '"background" must be one of `transparent`, `opaque`, `auto`.'],
  ])('says of %j in whole sentences what it should be', async (wrong, words) => {
    const { message } = await refusalOf(() => readJson('generation', wrong));
    expect(message.slice(0, words.length)).toBe(words);
    expect(message).toMatch(/[.)]$/);
  });

  it('tells parameters from what is about the request, and keeps unknown fields as they came', async () => {
    const received = await readJson('edit', {
      n: 3,
      size: '1024x1024',
      quality: 'high',
      seed: -7,
      response_format: 'b64_json',
      type: 'inpainting',
      mask: dataUri(sampleImages.png(1)),
      stream: false,
      style_code: { a: [1, null, 'x'] },
      style: 'vivid',
    });
    expect(received.submission).toEqual({
      operation: 'edit',
      editType: 'inpainting',
      prompt: 'a cat',
      n: 3,
      parameters: { size: '1024x1024', quality: 'high', seed: -7 },
      extra: { style_code: { a: [1, null, 'x'] }, style: 'vivid' },
    });
    expect(received.responseFormat).toBe('b64_json');
    expect(received.mask?.param).toBe('mask');
  });

  it('reads the same submission from a form as from JSON', async () => {
    const fields = { n: 2, size: 'auto', output_compression: 80, stream: false, extra_one: 'x', seed: 0 };
    const parts = Object.entries(fields).map(([name, value]): SamplePart => [name, String(value)]);
    expect((await readForm(parts)).submission).toEqual((await readJson('edit', fields)).submission);
  });

  it.each(operations)('takes a null in an optional field of a %s for its absence', async (operation) => {
    const nulls = { n: null, size: null, fallbacks: null, user: null, unknown: null, stream: null, mask: null };
    expect(await readJson(operation, nulls)).toEqual(await readJson(operation));
    expect(await refusalOf(() => readJson(operation, { model: null }))).toMatchObject({ code: 'missing_field' });
  });

  const wrong: [Operation, Record<string, unknown>, string][] = [
    ['generation', { n: 0 }, 'n'],
    ['generation', { n: 11 }, 'n'],
    ['generation', { n: 1.5 }, 'n'],
    ['generation', { n: '1' }, 'n'],
    ['generation', { model: '/gpt-image-2' }, 'model'],
    ['generation', { model: 'openai/' }, 'model'],
    ['generation', { model: 'a b/c' }, 'model'],
    ['generation', { model: 5 }, 'model'],
    ['generation', { prompt: '' }, 'prompt'],
    ['generation', { prompt: ' \t\r\n\u00a0\u3000' }, 'prompt'],
    ['edit', { prompt: '\n' }, 'prompt'],
    ['generation', { prompt: 'x'.repeat(limits.promptCharacters + 1) }, 'prompt'],
    ['generation', { size: '1024' }, 'size'],
    ['generation', { size: '0x10' }, 'size'],
    ['generation', { response_format: 'png' }, 'response_format'],
    ['generation', { stream: 'true' }, 'stream'],
    ['generation', { quality: 'as good as can be' }, 'quality'],
    ['generation', { quality: 'x'.repeat(33) }, 'quality'],
    ['generation', { quality: 3 }, 'quality'],
    ['generation', { seed: 1e300 }, 'seed'],
    ['generation', { partial_images: 4 }, 'partial_images'],
    ['edit', { type: 'painting' }, 'type'],
    ['edit', { input_fidelity: 'medium' }, 'input_fidelity'],
    ['edit', { background: 'transparent', output_format: 'jpeg' }, 'background'],
    ['edit', { output_compression: 101 }, 'output_compression'],
    ['variation', { user: '' }, 'user'],
  ];
  it.each(wrong)('refuses a %s with %j, naming %s', async (operation, fields, param) => {
    const refusal = await refusalOf(() => readJson(operation, fields));
    expect(refusal).toMatchObject({ code: 'invalid_value', param });
    expect(refusal.message.length).toBeLessThan(300);
  });

  it('says what would be allowed', async () => {
    const messageFor = async (fields: object) => (await refusalOf(() => readJson('generation', { ...fields }))).message;
    expect(await messageFor({ n: 11 })).toContain('at most 10');
    expect(await messageFor({ n: 'x' })).toContain('an integer');
    expect(await messageFor({ quality: 'a b' })).toContain('`high`, `xhigh`, `max`, `standard`, `hd`');
    expect(await messageFor({ size: 'x' })).toContain('1024x1536');
    expect(await messageFor({ model: 'x/' })).toContain('as `provider/model`, such as `openai/gpt-image-2`');
    expect(await messageFor({ stream: 1 })).toContain('true or false');
  });

  it('asks for what is required', async () => {
    const missing = async (operation: Operation, fields: object) =>
      refusalOf(() => readSubmission(jsonRequest(fields), operation));
    const code = 'missing_field';
    expect(await missing('generation', { model: 'a/b' })).toMatchObject({ code, param: 'prompt' });
    expect(await missing('generation', { prompt: 'x' })).toMatchObject({ code, param: 'model' });
    expect(await missing('edit', { model: 'a/b', image: dataUri(png) })).toMatchObject({ code, param: 'prompt' });
    expect(await missing('edit', { model: 'a/b', prompt: 'x' })).toMatchObject({ code, param: 'image' });
    expect(await missing('variation', { model: 'a/b', image: [] })).toMatchObject({ code, param: 'image' });
    expect(await refusalOf(() => readJson('edit', { type: 'inpainting' }))).toMatchObject({ code, param: 'mask' });
  });

  it.each([
    ['prompt', { model: 'a/b', promt: 'x' }, 'promt'],
    ['prompt', { model: 'a/b', strength: 1, Prompts: 'x' }, 'Prompts'],
    ['model', { prompt: 'x', modle: 'a/b' }, 'modle'],
  ])('names what was sent in the place of a missing %s', async (param, fields, slip) => {
    const message = `The field "${param}" is required. Did you send it as "${slip}"? That is not a field of this request.`;
    expect(await refusalOf(() => readSubmission(jsonRequest(fields), 'generation'))).toMatchObject({ param, message });
  });

  it('takes no other word for a missing field', async () => {
    const sent = jsonRequest({ model: 'a/b', text: 'x', ['p'.repeat(200)]: 1 });
    const message = 'The field "prompt" is required.';
    expect(await refusalOf(() => readSubmission(sent, 'generation'))).toMatchObject({ message });
  });

  it('needs no prompt to remove a background', async () => {
    const { submission } = await readJson('edit', { prompt: null, type: 'background_removal' });
    expect(submission).toMatchObject({ editType: 'background_removal' });
    expect('prompt' in submission).toBe(false);
  });

  it.each(operations)('refuses to stream a %s', async (operation) => {
    const refusal = { code: 'stream_unsupported', param: 'stream' };
    expect(await refusalOf(() => readJson(operation, { stream: true }))).toMatchObject(refusal);
    if (operation === 'generation') return;
    const [model, , image] = editParts as [SamplePart, SamplePart, SamplePart];
    const request = formRequest([model, ['prompt', 'x'], image, ['stream', 'true']]);
    expect(await refusalOf(() => readSubmission(request, operation))).toMatchObject(refusal);
  });

  describe('at the synchronous door', () => {
    const readThere = (operation: Operation, more: Record<string, unknown> = {}) =>
      readSubmission(jsonRequest({ ...bodies[operation], ...more }), operation, 'synchronous');

    it.each(['generation', 'edit'] as const)(
      'streams a %s, with the partial images that are asked for',
      async (operation) => {
        expect((await readThere(operation, { stream: true })).stream).toEqual({ partialImages: 0 });
        const read = await readThere(operation, { stream: true, partial_images: 3 });
        expect(read.stream).toEqual({ partialImages: 3 });
        // It says how the answer is shown: no provider parameter, and nothing of what makes two requests the same.
        expect(read.submission).toEqual((await readThere(operation)).submission);
      },
    );

    it('takes it from a form too', async () => {
      const form = formRequest([...editParts, ['stream', 'true'], ['partial_images', '2']]);
      expect((await readSubmission(form, 'edit', 'synchronous')).stream).toEqual({ partialImages: 2 });
    });

    it('takes one answer where it is told so, or nothing', async () => {
      for (const more of [{}, { stream: false }, { stream: null }, { stream: false, partial_images: 0 }]) {
        expect(await readThere('generation', more)).not.toHaveProperty('stream');
      }
    });

    it('refuses to stream a variation', async () => {
      const refusal = { code: 'stream_unsupported', param: 'stream', message: expect.stringContaining('variations') };
      expect(await refusalOf(() => readThere('variation', { stream: true }))).toMatchObject(refusal);
    });

    it.each([
      [{ partial_images: 4, stream: true }],
      [{ partial_images: -1, stream: true }],
      [{ partial_images: 1.5, stream: true }],
      [{ partial_images: 1 }],
      [{ partial_images: 3, stream: false }],
    ])('refuses %j', async (more) => {
      const refusal = { code: 'invalid_value', param: 'partial_images' };
      expect(await refusalOf(() => readThere('generation', more))).toMatchObject(refusal);
    });

    it('leaves an asynchronous submission its partial images, a parameter that no model takes', async () => {
      const { submission } = await readJson('generation', { partial_images: 2 });
      expect(submission.parameters).toEqual({ partial_images: 2 });
    });
  });

  it.each(['03', '3.0', '3 ', '+3', '0x3', 'three', '1e1', '-0', 'NaN'])(
    'refuses the text %j as a number in a form',
    async (text) => {
      expect(await refusalOf(() => readForm([['n', text]]))).toMatchObject({ code: 'invalid_value', param: 'n' });
    },
  );

  it.each(['1', 'yes', 'no', ' true', 'truee'])('refuses the text %j as a boolean in a form', async (text) => {
    const refusal = await refusalOf(() => readForm([['stream', text]]));
    expect(refusal).toMatchObject({ code: 'invalid_value', param: 'stream' });
  });

  it.each(['False', 'FALSE', 'false'])('takes %j for false in a form', async (text) => {
    expect((await readForm([['stream', text]])).submission).toEqual((await readForm()).submission);
  });

  it.each(['True', 'TRUE', 'true'])('takes %j for true in a form', async (text) => {
    const refusal = await refusalOf(() => readForm([['stream', text]]));
    expect(refusal).toMatchObject({ code: 'stream_unsupported', param: 'stream' });
  });

  it('takes what a form leaves empty for not sent, whichever field, but for the model and the prompt', async () => {
    const names = [...Object.keys(submissionFields.edit.shape), 'fallbacks[]', 'mask', 'image', 'image[]', 'lora'];
    const blanks = names.filter((name) => name !== 'model' && name !== 'prompt').map((name): SamplePart => [name, '']);
    expect(await readForm(blanks)).toEqual(await readForm());
    expect(
      await readForm([
        ['n', ''],
        ['n', '2'],
        ['n', ''],
      ]),
    ).toEqual(await readForm([['n', '2']]));
    for (const name of ['model', 'prompt']) {
      const parts = [...editParts.filter(([each]) => each !== name), [name, ''] as const];
      const refusal = await refusalOf(() => readSubmission(formRequest(parts), 'edit'));
      expect(refusal).toMatchObject({ code: 'invalid_value', param: name });
    }
  });

  it('refuses a part sent twice, and keeps an unknown one as a list', async () => {
    for (const name of ['n', 'size', 'model', 'stream']) {
      const value = { n: '1', stream: 'false' }[name] ?? 'auto';
      const twice: SamplePart[] =
        name === 'model'
          ? [[name, 'a/b']]
          : [
              [name, value],
              [name, value],
            ];
      expect(await refusalOf(() => readForm(twice))).toMatchObject({ code: 'invalid_request', param: name });
    }
    const { submission } = await readForm([
      ['lora', 'a'],
      ['lora', 'b'],
      ['lora', 'c'],
    ]);
    expect(submission.extra).toEqual({ lora: ['a', 'b', 'c'] });
  });

  it('refuses files that the form doesn’t have', async () => {
    const file = (name: string): SamplePart[] => [[name, png, 'a.png']];
    const code = 'invalid_request';
    expect(await refusalOf(() => readForm(file('picture')))).toMatchObject({ code, param: 'picture' });
    expect(await refusalOf(() => readForm(file('user')))).toMatchObject({ code, param: 'user' });
    expect(await refusalOf(() => readForm(file('mask'), 'variation'))).toMatchObject({ code, param: 'mask' });
  });

  const fallbackForms: [string, unknown][] = [
    ['strings', ['a/b', 'c/d/e']],
    [
      'objects',
      [
        { provider: 'a', model: 'b' },
        { provider: 'c', model: 'd/e', params: {} },
      ],
    ],
    ['a mixture', ['a/b', { provider: 'c', model: 'd/e' }]],
    ['text with a list', '["a/b","c/d/e"]'],
  ];
  it.each(fallbackForms)('takes fallbacks as %s', async (_, fallbacks) => {
    expect((await readJson('generation', { fallbacks })).fallbacks).toEqual(['a/b', 'c/d/e']);
  });

  const fallbackParts: [string, SamplePart[]][] = [
    [
      'repeated parts',
      [
        ['fallbacks', 'a/b'],
        ['fallbacks', 'c/d/e'],
      ],
    ],
    [
      'parts with brackets',
      [
        ['fallbacks[]', 'a/b'],
        ['fallbacks[]', 'c/d/e'],
      ],
    ],
    [
      'parts with objects',
      [
        ['fallbacks', '{"provider":"a","model":"b"}'],
        ['fallbacks', 'c/d/e'],
      ],
    ],
    ['one part with a list of strings', [['fallbacks', '["a/b","c/d/e"]']]],
    ['one part with a list of objects', [['fallbacks', '[{"provider":"a","model":"b"},"c/d/e"]']]],
  ];
  it.each(fallbackParts)('takes fallbacks in a form as %s', async (_, parts) => {
    expect((await readForm(parts)).fallbacks).toEqual(['a/b', 'c/d/e']);
  });

  it.each([
    [['a/b', 'a/b', 'a/b', 'a/b', 'a/b', 'a/b']],
    [['/model-without-provider']],
    [[{ provider: 'a/x', model: 'b' }]],
    [[{ provider: 'a' }]],
    [[{}]],
    [[3]],
    [[['a/b']]],
    [7],
    ['[not json'],
    [''],
  ])('refuses the fallbacks %j', async (fallbacks) => {
    const refusal = await refusalOf(() => readJson('generation', { fallbacks }));
    expect(refusal).toMatchObject({ code: 'invalid_value', param: 'fallbacks' });
  });

  it('takes names of inherited properties as names like any other', async () => {
    const text = `{"model":"a/b","prompt":"x","__proto__":{"n":5},"constructor":"c","toString":1,"hasOwnProperty":[]}`;
    const { submission } = await readSubmission(requestWith(text), 'generation');
    expect(submission.n).toBe(1);
    expect(Object.keys(submission.extra).sort()).toEqual(['__proto__', 'constructor', 'hasOwnProperty', 'toString']);
    expect(Object.getPrototypeOf(submission.extra)).toBeNull();
    expect(({} as Record<string, unknown>).n).toBeUndefined();
    const form = await readForm([
      ['__proto__', 'a'],
      ['__proto__', 'b'],
      ['constructor', 'c'],
    ]);
    expect(JSON.stringify(form.submission.extra)).toBe('{"__proto__":["a","b"],"constructor":"c"}');
  });
});

describe('readSubmission, of bodies', () => {
  const text = JSON.stringify(bodies.generation);

  it('needs no content type for JSON, and takes a byte order mark', async () => {
    expect((await readSubmission(requestWith(text), 'generation')).model).toBe('openai/gpt-image-2');
    const marked = requestWith(Buffer.from(`\ufeff${text}`), { 'content-type': 'Application/JSON; charset=utf-8' });
    expect((await readSubmission(marked, 'generation')).model).toBe('openai/gpt-image-2');
  });

  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'image/png',
    'application/vnd.api+json',
    'nonsense',
  ];
  it.each(types)('reads JSON whose type says %s', async (type) => {
    for (const body of [text, `\ufeff\r\n\t ${text}`]) {
      const request = requestWith(Buffer.from(body), { 'content-type': type });
      expect((await readSubmission(request, 'generation')).model).toBe('openai/gpt-image-2');
    }
  });

  const others: [Operation, string, string | Buffer][] = [
    ['generation', formType(), text],
    ['generation', formType(), formBody(editParts.slice(0, 2))],
    ['generation', 'multipart/mixed; boundary=b', text],
    ['edit', 'multipart/related; boundary=b', text],
    ['edit', 'application/x-www-form-urlencoded', 'model=a%2Fb&prompt=x'],
    ['variation', 'image/png', png],
    ['generation', 'text/plain', 'a cat'],
  ];
  it.each(others)('refuses a %s of type %s that is no JSON', async (operation, type, body) => {
    const refusal = await refusalOf(() => readSubmission(requestWith(body, { 'content-type': type }), operation));
    expect(refusal.code).toBe('unsupported_media_type');
    expect(refusal.message).toContain('application/json');
  });

  const json = 'application/json';
  it.each<[Record<string, string>, string]>([
    [{ 'content-type': `${json}; charset=iso-8859-1` }, 'content-type'],
    [{ 'content-type': `${json}; charset="utf-16"` }, 'content-type'],
    [{ 'content-type': 'text/plain;charset=windows-1252' }, 'content-type'],
    [{ 'content-type': json, 'content-encoding': 'gzip' }, 'content-encoding'],
    [{ 'content-encoding': 'identity, br' }, 'content-encoding'],
  ])('refuses a body that is declared as %j', async (headers, param) => {
    const refusal = await refusalOf(() => readSubmission(requestWith(text, headers), 'generation'));
    expect(refusal).toMatchObject({ code: 'unsupported_media_type', param });
  });

  it.each<Record<string, string>>([
    { 'content-type': `${json}; charset=UTF-8` },
    { 'content-type': `${json};charset="utf8"` },
    { 'content-type': `${json}; charset=us-ascii` },
    { 'content-encoding': 'Identity' },
    { 'content-encoding': '' },
  ])('takes a body that is declared as %j', async (headers) => {
    expect((await readSubmission(requestWith(text, headers), 'generation')).model).toBe('openai/gpt-image-2');
  });

  it('refuses a form that is declared to be compressed, or in another charset', async () => {
    const form = (headers: Record<string, string>) => readSubmission(formRequest(editParts, headers), 'edit');
    const type = { 'content-type': `${formType()}; charset=iso-8859-1` };
    for (const headers of [{ 'content-encoding': 'gzip' }, type]) {
      expect((await refusalOf(() => form(headers))).code).toBe('unsupported_media_type');
    }
  });

  const half = String.raw`\ud83d`;
  it.each([
    [`{"model":"a/b","prompt":"a ${half}"}`, 'prompt'],
    [`{"model":"a/b","prompt":"x","user":"${half}"}`, 'user'],
    [`{"model":"a/b","prompt":"x","cfg":[{"deep":["${half}"]}]}`, 'cfg'],
    [`{"model":"a/b","prompt":"x","cfg":{"${half}":1}}`, 'cfg'],
    [`{"model":"a/b","prompt":"x","c${half}":1}`, 'c\\u{d83d}'],
    [String.raw`{"model":"a/b","prompt":"\udc31\ud83d"}`, 'prompt'],
  ])('refuses half of a surrogate pair in %s, naming the field', async (body, param) => {
    const refusal = await refusalOf(() => readSubmission(requestWith(body), 'generation'));
    expect(refusal).toMatchObject({ code: 'invalid_value', param });
    expect(refusal.message.isWellFormed()).toBe(true);
  });

  it('takes a whole surrogate pair that is escaped', async () => {
    const body = String.raw`{"model":"a/b","prompt":"\ud83d\udc31"}`;
    expect((await readSubmission(requestWith(body), 'generation')).submission.prompt).toBe('🐱');
  });

  it.each(['{', '', '[]', '"x"', 'null', '3', '{"a":1}x'])('refuses the body %j', async (body) => {
    const refusal = await refusalOf(() => readSubmission(requestWith(body), 'generation'));
    expect(refusal.code).toBe('invalid_request');
  });

  it('refuses JSON that is not UTF-8', async () => {
    const body = Buffer.from('{"model":"a/b","prompt":"ü"}', 'latin1');
    expect((await refusalOf(() => readSubmission(requestWith(body), 'generation'))).code).toBe('invalid_request');
  });

  it('takes a body of just the limit and refuses one byte more, stating the limit in bytes and MiB', async () => {
    const padded = (bytes: number) => requestWith(Buffer.from(text.padEnd(bytes)));
    expect((await readSubmission(padded(limits.bodyBytes), 'generation')).model).toBe('openai/gpt-image-2');
    const refusal = await refusalOf(() => readSubmission(padded(limits.bodyBytes + 1), 'generation'));
    expect(refusal.code).toBe('payload_too_large');
    expect(refusal.message).toContain('4194304 bytes (4 MiB)');
    expect(refusal.message).toContain('`POST /v1/files`');
  });

  it('bounds all parameters together, images apart', async () => {
    const half = limits.parameterBytes / 2;
    const filler = (bytes: number) => ({
      filler: 'x'.repeat(Math.min(bytes, half)),
      more: 'x'.repeat(Math.max(0, bytes - half)),
    });
    const empty = JSON.stringify({ model: bodies.edit.model, prompt: bodies.edit.prompt, ...filler(0) }).length;
    const image = dataUri(Buffer.alloc(1024 * 1024, 1));
    const most = limits.parameterBytes - empty;
    expect((await readJson('edit', { ...filler(most), image })).images).toHaveLength(1);
    const refusal = await refusalOf(() => readJson('edit', { ...filler(most + 1), image }));
    expect(refusal).toMatchObject({ code: 'invalid_request' });
    expect(refusal.message).toContain(String(limits.parameterBytes));
  });

  it('refuses what is nested too deeply, however deep, and numbers beyond all bounds', async () => {
    const nested = (levels: number) => `{"model":"a/b","prompt":"x","deep":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const read = (body: string) => readSubmission(requestWith(body), 'generation');
    expect((await read(nested(32))).submission.extra.deep).toBeDefined();
    for (const levels of [33, 5_000, 2_000_000]) {
      expect((await refusalOf(() => read(nested(levels)))).code).toBe('invalid_request');
    }
    const infinite = await refusalOf(() => read('{"model":"a/b","prompt":"x","cfg":[1e999]}'));
    expect(infinite).toMatchObject({ code: 'invalid_value', param: 'cfg' });
  });
});
