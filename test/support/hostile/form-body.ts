import type { Operation } from '../../../lambda/domain/generation.ts';
import type { HostileBody, Sent } from './hostile-body.ts';
import { goodImage, hostileImage } from './images.ts';
import type { Random } from './random.ts';
import { hostileModel, hostileName, hostilePrompt, hostileText } from './texts.ts';

/** A part as it is meant: a file has bytes, a text has none. */
interface Part {
  readonly name: string;
  readonly content: Buffer;
  readonly isFile: boolean;
}

const text = (name: string, value: string): Part => ({ name, content: Buffer.from(value), isFile: false });
const file = (name: string, content: Buffer): Part => ({ name, content, isFile: true });

const boundaries = [
  'b',
  'x-boundary-1',
  '----WebKitFormBoundary7MA4YWxkTrZu0gW',
  '-',
  '--',
  "'()+_,./:=?",
  'a b',
  'B'.repeat(70),
  '1',
];

/** Forms: complete more often than not, with other parts and headers of all kinds. */
export function formBody(random: Random, operation: Operation): HostileBody {
  const boundary = random.pick(boundaries);
  const parts = partsOf(random, operation, boundary);
  const style = random.onceIn(4) ? oddHead : plainHead;
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${style(random, part)}\r\n\r\n`),
    part.content,
    Buffer.from('\r\n'),
  ]);
  const preamble = random.onceIn(10) ? `${random.pick(['', 'hello', '--', '\r\n'])}\r\n` : '';
  const epilogue = random.pick([
    '',
    '\r\n',
    '\r\nbye',
    `\r\n--${boundary}\r\n`,
    `\r\n--${boundary}\r\n${plainHead(random, text('prompt', ''))}\r\n\r\nx\r\n--${boundary}--`,
  ]);
  const bytes = Buffer.concat([Buffer.from(preamble), ...pieces, Buffer.from(`--${boundary}--${epilogue}`)]);
  const quoted = /^[\w'+./-]+$/.test(boundary) && random.onceIn(2) ? boundary : `"${boundary}"`;
  const separator = random.pick(['; ', ';', '; charset=utf-8; ', ' ;  ']);
  return {
    bytes,
    contentType: `${random.pick(['multipart/form-data', 'Multipart/Form-Data'])}${separator}${random.pick(['boundary', 'Boundary'])}=${quoted}`,
    sent:
      style === plainHead && !parts.some((part) => endsEarly(part, boundary)) ? sentBy(parts, operation) : undefined,
  };
}

/** A part can't hold its own boundary, at its start or after a line break. */
const endsEarly = ({ content }: Part, boundary: string): boolean =>
  Buffer.concat([Buffer.from('\r\n'), content]).includes(`\r\n--${boundary}`);

function partsOf(random: Random, operation: Operation, boundary: string): readonly Part[] {
  const meant = random.onceIn(8)
    ? []
    : [
        text('model', hostileModel(random)),
        ...(operation === 'variation' ? [] : [text('prompt', hostilePrompt(random))]),
        ...Array.from({ length: 1 + random.below(3) }, () =>
          file(random.pick(['image', 'image', 'image[]']), goodImage(random, boundary)),
        ),
        ...(operation === 'edit' && random.onceIn(4) ? [file('mask', goodImage(random, boundary))] : []),
      ];
  const count = random.onceIn(60) ? random.pick([17, 18, 61, 64, 65, 300]) : random.below(4);
  const others = Array.from({ length: count }, () => {
    const name = count > 4 && !random.onceIn(9) ? `p${random.below(1000)}` : hostileName(random);
    return random.onceIn(3) ? file(name, hostileImage(random, boundary)) : text(name, hostileText(random));
  });
  const all = [...meant, ...others];
  if (random.onceIn(4)) all.push(random.pick(all) ?? text('model', ''));
  return random.onceIn(3) ? all.toSorted(() => random.below(3) - 1) : all;
}

const quotable = (name: string): string => name.replaceAll(/["\\]/g, '\\$&').replaceAll(/[\r\n\0]/g, '_');

const plainHead = (random: Random, { name, isFile }: Part): string =>
  `Content-Disposition: form-data; name="${quotable(name)}"${isFile ? `; filename="${random.pick(['a.png', 'größe.png', '../../a', ' '])}"` : ''}${random.pick(
    isFile
      ? ['\r\nContent-Type: image/png', '\r\ncontent-type:application/octet-stream', '\r\nContent-Length: 99999']
      : ['', '\r\nContent-Type: text/plain; charset=UTF-8'],
  )}`;

/** Heads that are folded, doubled, encoded, unknown or endless. */
const oddHead = (random: Random, part: Part): string => {
  const plain = plainHead(random, part);
  const token = part.name.replaceAll(/[^\w[\]-]/g, '') || 'x';
  return random.make<string>([
    () => plain,
    () => plain.replace('; name', ';\r\n name'),
    () => plain.replace('; name', ';\r\n\t\t name'),
    () => plain.toUpperCase(),
    () => `Content-Disposition: form-data; name=${token}${part.isFile ? '; filename=a.png' : ''}`,
    () => `Content-Disposition: form-data; name="${token}"; filename*=UTF-8''%e2%82%ac%20.png`,
    () => `Content-Disposition: form-data; name="${token}"; filename*=klingon''%ff; filename=""`,
    () => `Content-Disposition: form-data; name*=utf-8''${token}`,
    () => `Content-Disposition: form-data; name="${token}"; name="${random.pick(['image', 'model', 'other'])}"`,
    () =>
      `Content-Disposition: ${random.pick(['attachment', 'form-data', '', ';', 'form-data; name', 'form-data; name=', 'form-data; name="'])}`,
    () => `${plain}\r\n${plain}`,
    () =>
      `${plain}\r\nContent-Type: ${random.pick(['text/plain; charset=', 'image/png; charset='])}${random.pick(['klingon', 'base64', 'utf-16le', 'iso-8859-1', 'utf-7', '"', '', 'x'.repeat(500), '__proto__'])}`,
    () => `${plain}\r\nContent-Transfer-Encoding: ${random.pick(['base64', 'quoted-printable', 'BINARY', '8bit', ''])}`,
    () => `${plain}\r\n${'X-Bomb: y\r\n'.repeat(random.pick([1, 100, 1500, 2500]))}X: y`,
    () => `${plain}; ${'a=b; '.repeat(random.below(500))}c=d`,
    () => `${'X'.repeat(random.below(20_000))}: y\r\n${plain}`,
    () => random.pick(['', 'nonsense', ': x', 'a b: c', '\r\n', '\0']),
  ]);
};

export const imageNames = /^(image|images|input_images)(\[\d*\])?$/;

/** The images that must be stored: all in the order sent, but a variation has the first. Texts may be images as well. */
function sentBy(parts: readonly Part[], operation: Operation): Sent | undefined {
  const named = (...names: string[]): readonly Part[] => parts.filter((part) => names.includes(part.name));
  const images = parts.filter(({ name }) => imageNames.test(name));
  const masks = named('mask', 'mask[]');
  if ([...images, ...masks].some((part) => !part.isFile)) return undefined;
  const [prompt] = named('prompt');
  return {
    images: images.slice(0, operation === 'variation' ? 1 : undefined).map(({ content }) => content),
    ...(operation === 'edit' && masks[0] ? { mask: masks[0].content } : {}),
    ...(prompt && operation !== 'variation' ? { prompt: prompt.content.toString('utf8') } : {}),
  };
}
