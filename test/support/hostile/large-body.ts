import { limits } from '../../../lambda/contract/limits.ts';
import { pngBytes } from '../image-bytes.ts';
import type { HostileBody } from './hostile-body.ts';
import type { Random } from './random.ts';

const boundary = 'large-boundary';
const fields = '"model":"openai/gpt-image-2","prompt":"x"';
const formHead = `--${boundary}\r\nContent-Disposition: form-data; name=`;
const fileStart = `${formHead}"model"\r\n\r\nopenai/gpt-image-2\r\n${formHead}"prompt"\r\n\r\nx\r\n${formHead}"image"; filename="a.png"\r\n\r\n`;
const png = Buffer.from(pngBytes(33));

/** Something repeated until the body is as large as it may be. */
export interface Filling {
  readonly name: string;
  readonly start: string | Buffer;
  readonly unit: string | Buffer;
  readonly end: string;
  readonly isForm: boolean;
}

const json = (name: string, start: string, unit: string, end: string): Filling => ({
  name,
  start: `{${fields},${start}`,
  unit,
  end,
  isForm: false,
});
const form = (name: string, start: string | Buffer, unit: string | Buffer, end = `\r\n--${boundary}--`): Filling => ({
  name,
  start,
  unit,
  end,
  isForm: true,
});
const inFile = (name: string, unit: string | Buffer, head: Buffer = png): Filling =>
  form(name, Buffer.concat([Buffer.from(fileStart), head]), unit);

/** Bodies whose every byte asks for work or memory. The first of each kind is honest: what the others are measured by. */
export const fillings: readonly Filling[] = [
  inFile('an honest photograph in a form', 'photograph'),
  json(
    'an honest photograph in JSON',
    `"image":"data:image/png;base64,${Buffer.concat([png]).toString('base64')}`,
    'AAAA',
    '"}',
  ),
  {
    ...json(
      'an honest photograph in JSON, and a prompt of two bytes a letter',
      `"image":"data:image/png;base64,${png.toString('base64')}`,
      'AAAA',
      '","user":"日本"}',
    ),
  },
  form('tiny parts', '', `${formHead}"p"\r\n\r\nx\r\n`, `--${boundary}--`),
  form('boundaries alone', '', `--${boundary}\r\n`, `--${boundary}--`),
  form('all but boundaries', '', `\r\n--${boundary.slice(0, -1)}`),
  form('line breaks', '', '\r\n'),
  form('one endless header', `--${boundary}\r\n`, 'a'),
  form('endless headers', `--${boundary}\r\n`, 'a: b\r\n'),
  form('one endless text', `${formHead}"prompt"\r\n\r\n`, 'x'),
  form('one text of what is no UTF-8', `${formHead}"prompt"\r\n\r\n`, Buffer.from([0xff])),
  form(
    'many texts as long as may be',
    '',
    `${formHead}"p"\r\n\r\n${'x'.repeat(limits.textPartBytes)}\r\n`,
    `--${boundary}--`,
  ),
  form(
    'many lists of fallbacks',
    '',
    `${formHead}"fallbacks"\r\n\r\n[${'{},'.repeat(40_000)}{}]\r\n`,
    `--${boundary}--`,
  ),
  inFile('a file of line breaks', '\r\n'),
  inFile('a file of all but boundaries', `\r\n--${boundary.slice(0, -1)}`),
  inFile('a PNG of empty chunks', Buffer.from('\0\0\0\0tEXt\0\0\0\0')),
  inFile('a JPEG of fill bytes', Buffer.from([0xff]), Buffer.from([0xff, 0xd8])),
  inFile('a JPEG of empty segments', Buffer.from([0xff, 0xe1, 0, 2]), Buffer.from([0xff, 0xd8])),
  json('members', '"a":0', ',"b":1', '}'),
  json('members without a value', '"a":null', ',"b":null', '}'),
  json('empty objects', '"a":[{}', ',{}', ']}'),
  json('empty lists', '"a":[[]', ',[]', ']}'),
  json('numbers', '"a":[1', ',1', ']}'),
  json('short texts', '"a":["b"', ',"b"', ']}'),
  json('open brackets', '"a":', '[', ''),
  json('nested objects', '"a":', '{"b":', ''),
  json('tiny images', '"images":[{}', ',{"image_url":"data:;base64,AAAA"}', ']}'),
  json('tiny images as texts', '"image":["data:;base64,AAAA"', ',"data:;base64,AAAA"', ']}'),
  json('fallbacks', '"fallbacks":["a/b"', ',"a/b"', ']}'),
  json('fallbacks within a text', '"fallbacks":"[0', ',{}', ']"}'),
  json('escaped control characters', '"a":"', '\\u0001', '"}'),
  json('quotes', '"a":"', '\\"', '"}'),
  json('blanks', '"a":', ' ', '1}'),
  json('an image of damaged base64', '"image":"data:image/png;base64,', 'AAA-', '"}'),
  json('a number of four megabytes', '"a":', '9', '}'),
];

/** The largest body that is taken, filled. */
export function filledBody({ start, unit, end, isForm }: Filling): HostileBody {
  const [head, piece, tail] = [Buffer.from(start as string), Buffer.from(unit as string), Buffer.from(end)];
  const count = Math.floor((limits.bodyBytes - head.length - tail.length) / piece.length);
  const filling = Buffer.alloc(count * piece.length, piece);
  return {
    bytes: Buffer.concat([head, filling, tail]),
    contentType: isForm ? `multipart/form-data; boundary=${boundary}` : 'application/json',
    sent: undefined,
  };
}

export const largeBody = (random: Random): HostileBody => filledBody(random.pick(fillings));
