import type { JsonObject, JsonValue } from '../../domain/generation.ts';
import { type ByteStream, type InputImage, mediaTypeOf } from '../../domain/images/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import type { StreamedBody } from '../../domain/send-request.ts';

/** An input image's place in a JSON body: a string of its base64, which is read from the store as the body is sent. */
export class ImageText {
  readonly image: InputImage;
  /** The text before the base64 in the same string, such as the head of a `data:` URI. Plain ASCII. */
  readonly prefix: string;

  constructor(image: InputImage, prefix: string) {
    this.image = image;
    this.prefix = prefix;
  }
}

/** The same with an address in place of the base64, from which the provider reads the image. A caller never sees it. */
class ImageAddress {
  readonly image: InputImage;
  readonly address: string;

  constructor(image: InputImage, address: string) {
    this.image = image;
    this.address = address;
  }
}

/** The image as base64 alone. */
export const base64Of = (image: InputImage): ImageText => new ImageText(image, '');

/** The image as a `data:` URI (RFC 2397). */
export const dataUriOf = (image: InputImage): ImageText =>
  new ImageText(image, `data:${mediaTypeOf(image.type)};base64,`);

/** What takes an input image's place in a body. */
export type Placed = (image: InputImage) => BodyValue;

/** The image's address where the call has one, else its bytes, as `inline` has them. */
export const placedBy =
  ({ addressOf }: Pick<ProviderCall, 'addressOf'>, inline: Placed): Placed =>
  (image) => {
    const address = addressOf?.(image);
    return address === undefined ? inline(image) : new ImageAddress(image, address);
  };

/** JSON in which images may take the place of strings. Undefined members are left out, as in `JSON.stringify`. */
export type BodyValue = JsonValue | ImageText | ImageAddress | readonly BodyValue[] | BodyObject;
export type BodyObject = { readonly [name: string]: BodyValue | undefined };

/**
 * A JSON body whose images are opened one after another as it is sent, and whose length is known before: no more of an
 * image is held than a chunk of it.
 */
export function jsonBody(value: BodyObject, openImage: ProviderCall['openImage']): StreamedBody {
  const pieces = joined(piecesOf(value));
  return {
    length: pieces.reduce((sum, piece) => sum + (Buffer.isBuffer(piece) ? piece.length : base64Length(piece)), 0),
    async *chunks() {
      for (const piece of pieces) {
        if (Buffer.isBuffer(piece)) yield piece;
        else yield* encoded(await openImage(piece.image));
      }
    },
  };
}

/** The same body as a caller may see it: an image as its length and digest. */
export function shownBody(value: BodyObject): JsonObject {
  const shown = (each: BodyValue): JsonValue => {
    if (each instanceof ImageText) return `${each.prefix}<${shownImage(each.image)}>`;
    if (each instanceof ImageAddress) return `<address of ${shownImage(each.image)}>`;
    if (isList(each)) return each.map(shown);
    return typeof each === 'object' && each !== null ? shownBody(each as BodyObject) : each;
  };
  return Object.fromEntries(members(value).map(([name, each]) => [name, shown(each)]));
}

const shownImage = ({ bytes, sha256 }: InputImage): string =>
  `${bytes} bytes of image${sha256 === undefined ? '' : `, sha256 ${sha256}`}`;

const base64Length = ({ image }: ImageText): number => 4 * Math.ceil(image.bytes / 3);

const isList = (value: BodyValue): value is readonly BodyValue[] => Array.isArray(value);

const members = (value: BodyObject): readonly (readonly [string, BodyValue])[] =>
  Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [[name, each] as const]));

function* piecesOf(value: BodyValue): Generator<string | ImageText> {
  if (value instanceof ImageText) {
    yield `"${value.prefix}`;
    yield value;
    yield '"';
  } else if (value instanceof ImageAddress) {
    yield JSON.stringify(value.address);
  } else if (isList(value)) {
    yield* between('[', value.map(piecesOf), ']');
  } else if (typeof value === 'object' && value !== null) {
    const named = members(value as BodyObject).map(function* ([name, each]) {
      yield `${JSON.stringify(name)}:`;
      yield* piecesOf(each);
    });
    yield* between('{', named, '}');
  } else {
    yield JSON.stringify(value);
  }
}

function* between(
  open: string,
  items: readonly Iterable<string | ImageText>[],
  close: string,
): Generator<string | ImageText> {
  yield open;
  for (const [index, item] of items.entries()) {
    if (index > 0) yield ',';
    yield* item;
  }
  yield close;
}

/** Neighbouring texts as one piece of bytes. */
function joined(pieces: Iterable<string | ImageText>): readonly (Buffer | ImageText)[] {
  const all: (Buffer | ImageText)[] = [];
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
    } else {
      all.push(Buffer.from(text), piece);
      text = '';
    }
  }
  return [...all, Buffer.from(text)];
}

/** Base64 in pieces: three bytes make four characters, so what is left of a chunk waits for the next one. */
async function* encoded(bytes: ByteStream): ByteStream {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of bytes) {
    const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = whole.length - (whole.length % 3);
    if (end > 0) yield base64(whole.subarray(0, end));
    // A copy: a stream may use its chunk's memory again.
    rest = Uint8Array.from(whole.subarray(end));
  }
  if (rest.length > 0) yield base64(rest);
}

const base64 = (bytes: Uint8Array): Buffer =>
  Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'), 'latin1');
