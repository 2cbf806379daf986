import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { OutgoingRequest } from '../../../../lambda/domain/send-request.ts';
import { createOpenAi } from '../../../../lambda/providers/openai/provider.ts';
import { inputImage, memoryCall, sha256 } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import fc from '../../../support/seeded-fast-check.ts';
import { inPieces, pieceLengths } from '../wire/pictures/split-text.ts';
import { answering, base64, completed, partial, tell, told, written } from './image-streams.ts';
import { answered, image, request } from './scripted-openai.ts';

const withoutNames = (text: string): string => text.replaceAll(/^event: .*\n/gm, '');
const saved = { bytes: image.length, type: 'png' };

describe('createOpenAi, watched', () => {
  it.each([
    ['as OpenAI writes them', written(partial(0), partial(1), completed())],
    ['with CRLF', written(partial(0), partial(1), completed()).replaceAll('\n', '\r\n')],
    ['without names', withoutNames(written(partial(0), partial(1), completed()))],
    ['named alike', written(partial(0), partial(1), completed()).replaceAll(/^event: .*$/gm, 'event: message')],
    [
      'with comments and events of other kinds',
      `: hi\n\n${written(partial(0), { type: 'ping' }, partial(1))}:\n\ndata: [DONE]\n\n${written(completed())}`,
    ],
    [
      'in JSON over several lines',
      [partial(0), partial(1), completed()]
        .map((each) => `data: ${JSON.stringify(each, null, 2).replaceAll('\n', '\ndata: ')}\n\n`)
        .join(''),
    ],
    [
      'whose type comes last',
      [partial(0), partial(1), completed()]
        .map(({ type, ...each }) => `data: ${JSON.stringify({ ...each, type })}\n\n`)
        .join(''),
    ],
    ['of which the last has no end', written(partial(0), partial(1), completed()).trimEnd()],
    ['of edits', written(partial(0), partial(1), completed()).replaceAll('image_generation', 'image_edit')],
  ])('reads events %s', async (_how, text) => {
    const { finished, call } = await told(text);
    expect(call.shownPartials).toEqual([0, 1].map((index) => ({ index, base64, size: '1024x1024' })));
    expect(finished).toMatchObject({
      images: [{ image: saved }],
      quality: 'low',
      usage: { total_tokens: 12 },
      warnings: [],
    });
    expect(sha256(call.saved.get(0) ?? Buffer.alloc(0))).toBe(sha256(image));
  });

  it('makes the same of a stream wherever it is cut', async () => {
    const texts = [written(partial(0), completed()), withoutNames(written(partial(0), completed()))];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), pieceLengths, fc.boolean(), async (text, lengths, isCrLf) => {
        const { finished, call } = await told(isCrLf ? text.replaceAll('\n', '\r\n') : text, {}, { lengths });
        expect(call.shownPartials).toHaveLength(1);
        expect(finished.images).toMatchObject([{ image: saved }]);
      }),
      { numRuns: 25 },
    );
  });

  it('shows each partial image before anything behind it has come', async () => {
    const call = memoryCall({ partials: 2 });
    const shown: number[] = [];
    const body = async function* () {
      for (const event of [partial(0), partial(1), completed()]) {
        shown.push(call.shownPartials.length);
        yield Buffer.from(written(event));
      }
    };
    await tell(answering(body()), call);
    expect(shown).toEqual([0, 1, 2]);
  });

  it('saves the last image as it comes, and reads no further than that', async () => {
    const seen: string[] = [];
    const half = Math.floor(base64.length / 8) * 4;
    const body = async function* () {
      const [head = '', tail = ''] = written(completed()).split(base64);
      yield Buffer.from(`${head}${base64.slice(0, half)}`);
      seen.push('half has come');
      yield Buffer.from(`${base64.slice(half)}${tail}`);
      seen.push('read on');
      yield Buffer.from(written({ type: 'error' }));
    };
    const call = memoryCall({ partials: 1 });
    const save = call.saveImage;
    const watching = Object.assign(call, {
      saveImage: (index: number, bytes: AsyncIterable<Uint8Array>) => {
        seen.push('saving');
        return save(index, bytes);
      },
    });
    await tell(answering(body()), watching);
    expect(seen).toEqual(['saving', 'half has come']);
  });

  it.each([
    ['no base64', { b64_json: '*****' }],
    ['no image', { b64_json: Buffer.from('hello').toString('base64') }],
    ['nothing', { b64_json: '' }],
    ['null', { b64_json: null }],
    ['too large', { b64_json: Buffer.from(pngBytes(16 * 1024 * 1024 + 1)).toString('base64') }],
  ])('passes over a partial image that is %s', async (_what, changes) => {
    for (const write of [
      written,
      (...events: readonly { readonly type?: string }[]) => withoutNames(written(...events)),
    ]) {
      const { finished, call } = await told(
        write(partial(0, changes), partial(1), completed()),
        {},
        { lengths: [60_000] },
      );
      expect(call.shownPartials.map(({ index }) => index)).toEqual([1]);
      expect(finished.images).toMatchObject([{ image: saved }]);
      expect([...call.saved.keys()]).toEqual([0]);
    }
  });

  it('passes over a partial image in JSON that is none', async () => {
    const text = `event: image_generation.partial_image\ndata: {"b64_json":\n\n${written(completed())}`;
    expect((await told(text)).finished.images).toHaveLength(1);
  });

  it('shows no more partial images than were asked for', async () => {
    const many = Array.from({ length: 9 }, (_, index) => partial(index));
    const { call } = await told(written(...many, completed()), {}, { partials: 2 });
    expect(call.shownPartials.map(({ index }) => index)).toEqual([0, 1]);
    expect(JSON.stringify(call.rawResponses).length).toBeLessThan(2_000);
  });

  it('passes on no words of a provider that are no words', async () => {
    const { call } = await told(written(partial(0, { quality: 'x'.repeat(100), background: 7 }), completed()));
    expect(call.shownPartials).toEqual([{ index: 0, base64, size: '1024x1024' }]);
  });

  it('saves a large image although its event is named behind it', async () => {
    const large = pngBytes(17 * 1024 * 1024);
    const { type, ...rest } = completed({ b64_json: Buffer.from(large).toString('base64') });
    const { call } = await told(`data: ${JSON.stringify({ ...rest, type })}\n\n`, {}, { lengths: [60_000] });
    expect(sha256(call.saved.get(0) ?? Buffer.alloc(0))).toBe(sha256(large));
  });

  it.each([
    ['JSON', JSON.stringify(answered)],
    ['JSON behind white space', ` \n${JSON.stringify(answered)}`],
  ])('takes %s for an answer although it asked for a stream', async (_what, text) => {
    const { finished, call } = await told(text, {}, { lengths: [1] });
    expect(finished.images).toMatchObject([{ image: saved }]);
    expect(call.shownPartials).toEqual([]);
  });

  it('takes the address of an image where the last event has no other', async () => {
    const { b64_json: _, ...rest } = completed({ url: 'https://images.example/1.png?signature=x' });
    const { finished, call } = await told(written(rest));
    expect(finished.images).toEqual([{ url: 'https://images.example/1.png?signature=x' }]);
    expect(JSON.stringify(call.rawResponses)).not.toContain('signature');
  });

  it('has the image where the connection breaks right behind it', async () => {
    const body = async function* () {
      yield Buffer.from(written(completed()).trimEnd());
      throw new ProviderFailure('unknown_outcome', 'cut');
    };
    expect((await tell(answering(body()), memoryCall({ partials: 1 }))).images).toHaveLength(1);
  });

  it('asks for a stream in JSON and in forms', async () => {
    const sent: OutgoingRequest[] = [];
    const provider = createOpenAi({
      baseUrl: 'http://127.0.0.1:9',
      send: async (outgoing) => {
        sent.push(outgoing);
        return answering(inPieces(JSON.stringify(answered), [1000]))(outgoing);
      },
    });
    const call = () => memoryCall({ partials: 2, inputs: new Map([['a', image]]) });
    await provider.start(request({ showsPartials: true }), call());
    await provider.start(request({ showsPartials: true, operation: 'edit', images: [inputImage('a', image)] }), call());
    await provider.start(request(), call());
    const texts = await Promise.all(sent.map(textOf));
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ stream: true, partial_images: 2 });
    expect(texts[1]).toMatch(/name="stream"\r\n\r\ntrue\r\n.*name="partial_images"\r\n\r\n2\r\n/s);
    expect(texts[2]).not.toContain('stream');
  });
});

async function textOf({ body }: OutgoingRequest): Promise<string> {
  if (body === undefined || body instanceof Uint8Array) return Buffer.from(body ?? []).toString('latin1');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}
