import { describe, expect, it } from 'vitest';
import { limits } from '../../../../lambda/contract/limits.ts';
import { outlineOf } from '../../../../lambda/http/request/multipart-outline.ts';
import { readPartHead } from '../../../../lambda/http/request/part-head.ts';
import { refusalOf } from '../refusal.ts';

const bodyOf = (head: string | Buffer, content = 'x') =>
  Buffer.concat([Buffer.from('--b\r\n'), Buffer.from(head as string), Buffer.from(`\r\n\r\n${content}\r\n--b--`)]);

function read(body: Buffer) {
  const [range] = outlineOf(body, 'b');
  if (!range) throw new Error('The body has no part.');
  const { contentStart, filename: _, ...head } = readPartHead(body, range, 1);
  return { ...head, content: body.toString('utf8', contentStart, range.end) };
}

const disposition = 'Content-Disposition: form-data; name="image"';
const plain = { name: 'image', hasFilename: false, charsets: [], transferEncoding: '', content: 'x' };
const file = { ...plain, hasFilename: true };

describe('readPartHead', () => {
  it.each([
    ['the extended form before the other', `filename="_.png"; filename*=UTF-8'en'%e2%82%ac.png`, '€.png'],
    ['UTF-8, as browsers write it', 'filename="straße.png"', 'straße.png'],
    ['raw quotes', 'filename="my "best" cat.png"', 'my "best" cat.png'],
    ['no extended form that can be read', `filename="a.png"; filename*=klingon''%ff`, 'a.png'],
    ['no extended form that is whole', `filename="a.png"; filename*=utf-8''%e2%8`, 'a.png'],
    ['nothing', 'x=y', ''],
    ['an empty extended form', "filename*=utf-8''", ''],
    ['bytes that are not UTF-8', Buffer.from('filename="\xff.png"', 'latin1'), undefined],
    ['an extended form that is not UTF-8, alone', "filename*=utf-8''%ff", undefined],
  ])('gives the name of a file in %s', (_, parameters, filename) => {
    const body = bodyOf(Buffer.concat([Buffer.from(`${disposition}; `), Buffer.from(parameters as string)]));
    const [range] = outlineOf(body, 'b');
    expect(range && readPartHead(body, range, 1).filename).toBe(filename);
  });

  it.each([
    ['a quoted extended name', `${disposition}; filename="_.png"; filename*="UTF-8''%e2%82%ac.png"`],
    ['an extended name alone', `${disposition}; filename*="UTF-8''%e2%82%ac.png"`],
    ['an extended name of an unknown charset', `${disposition}; filename*=klingon''%ff`],
    ['raw quotes', `${disposition}; filename="my "best" cat.png"`],
    ['a raw quote at its end', `${disposition}; filename="6" x 4"".png"`],
    ['an escaped quote', `${disposition}; filename="a\\"b.png"`],
    ['a path whose backslash stands before the quote', `${disposition}; filename="C:\\cats\\"`],
    ['a line break', `${disposition}; filename="a\r\nb.png"\r\nContent-Type: image/png`],
    ['a line break before what looks like a header', `${disposition}; filename="a\r\nName: b.png"; x=y`],
    ['bare line feeds', `${disposition}; filename="a\nb\rc.png"`],
    ['semicolons and equals signs', `${disposition}; filename="a; name="b"; c=d.png"`],
    ['no quotes', `${disposition}; filename=a cat.png`],
    ['no quote at its end', `${disposition}; filename="a.png`],
    ['the name behind it', 'Content-Disposition: form-data; filename="a.png"; name="image"'],
    ['blanks around the equals sign', 'content-disposition : form-data ;name = image ; filename = "a.png" '],
    ['20,000 letters', `${disposition}; filename="${'é'.repeat(20_000)}.png"`],
  ])('reads a file whose name has %s', (_, head) => {
    expect(read(bodyOf(head))).toEqual(file);
  });

  it('lets a file name that is no UTF-8 spoil nothing else', () => {
    const head = Buffer.from(`${disposition.replace('image', 'größe')}; filename="ü.png"`);
    head[head.lastIndexOf('ü')] = 0xff;
    expect(read(bodyOf(head))).toEqual({ ...file, name: 'größe' });
  });

  it.each([
    ['no file name', disposition],
    ['an empty one', `${disposition}; filename=""`],
    ['an empty one without quotes', `${disposition}; filename=; x=y`],
  ])('finds %s', (_, head) => {
    expect(read(bodyOf(`${head}\r\nContent-Type: image/png`))).toEqual(plain);
  });

  it('reads every charset of its type, and its encoding', () => {
    const types = 'Content-Type: text/plain; charset=ISO-8859-1; charset="UTF-8"\r\nContent-Transfer-Encoding: Base64';
    expect(read(bodyOf(`${types}\r\n${disposition}`))).toEqual({
      ...plain,
      charsets: ['ISO-8859-1', 'UTF-8'],
      transferEncoding: 'base64',
    });
  });

  it('finds no content where the head goes up to the boundary', () => {
    expect(read(Buffer.from(`--b\r\n${disposition}\r\n\r\n--b--`))).toEqual({ ...plain, content: '' });
    expect(read(bodyOf(disposition, ''))).toEqual({ ...plain, content: '' });
  });

  it.each([
    ['no head', Buffer.from('--b\r\n\r\nx\r\n--b--'), 'Content-Disposition'],
    ['nothing', Buffer.from('--b\r\n--b--'), 'empty line'],
    ['a head without an end', Buffer.from(`--b\r\n${disposition}\r\n--b--`), 'empty line'],
    ['another disposition', bodyOf('Content-Disposition: attachment; name="a"'), 'Content-Disposition'],
    ['no name', bodyOf('Content-Disposition: form-data; filename="a"'), 'Content-Disposition'],
    ['a name that is no UTF-8', bodyOf(Buffer.from('Content-Disposition: form-data; name="ü"', 'latin1')), 'UTF-8'],
    ['too long a head', bodyOf(`${disposition}; filename="${'x'.repeat(limits.partHeadBytes)}"`), 'Shorten'],
  ])('refuses a part with %s, and says which', async (_, body, message) => {
    const refusal = await refusalOf(() => read(body));
    expect(refusal.code).toBe('invalid_request');
    expect(refusal.message).toContain('Part 1 of the body');
    expect(refusal.message).toContain(message);
  });

  it('takes a head of just the limit', () => {
    const filler = 'x'.repeat(limits.partHeadBytes - disposition.length - '; filename=""'.length);
    expect(read(bodyOf(`${disposition}; filename="${filler}"`))).toEqual(file);
  });

  // With a pattern that goes back and forth, each of these takes minutes.
  it.each(['"', '\\', '\\"', ' ', '\r\n ', '\r\n', ';', '; a', '; a="', '"; "', '=', '="'])(
    'is done with a long head of %j',
    (piece) => {
      const filler = piece
        .repeat(Math.floor((limits.partHeadBytes - 200) / piece.length))
        .replaceAll('\r\n\r\n', '\r\n');
      expect(read(bodyOf(`${disposition}; filename="${filler}x`)).name).toBe('image');
    },
    2_000,
  );
});
