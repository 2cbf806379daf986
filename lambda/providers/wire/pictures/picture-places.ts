import type { JsonValue } from '../../../domain/generation.ts';
import type { StoredImage } from '../../../domain/images/image.ts';
import { fieldOf, textOf } from '../json-fields.ts';
import { withoutSignature } from './answer-images.ts';

// Where servers put pictures. OpenAI's own images API has `data[].b64_json` and `data[].url`; the others are those of servers and relays
// that are only like it: SiliconFlow's `images[].url`, Together's older `image_base64`, Stability's `artifacts[].base64`, Google's
// `bytesBase64Encoded`, fal's `images[].image.url`, BFL's `result.sample`, Replicate's `output`, OpenRouter's `image_url: {url}`.

const base64Fields = ['b64_json', 'b64', 'base64', 'image_base64', 'bytesBase64Encoded'];
const eitherFields = ['image', 'image_url', 'output', 'result', 'sample'];
const lists = ['data', 'images', 'image', 'output', 'outputs', 'result', 'results', 'sample', 'samples', 'artifacts'];
const nests = [...lists, 'predictions', 'choices', 'message'];

/** Where an answer may hold the bytes of pictures, for `splitJson`. */
export const imagePlaces = {
  fields: [...base64Fields, ...eitherFields],
  listFields: lists,
  addressFields: ['url'],
  eitherFields: [...lists, ...eitherFields],
} as const;

const maxDepth = 6;

/**
 * The entries of an answer that are images, or stand for refused ones: strings, and objects with a string field. Of
 * several lists, the first with an image is used, else the first that isn't empty.
 */
export function entriesIn(answer: unknown): readonly unknown[] {
  const entries = entriesBelow(answer, maxDepth);
  if (entries.length > 0 || Array.isArray(answer)) return entries;
  // Without any list, the image may be a field of the answer itself.
  return base64Fields.some((name) => textOf(answer, name) !== undefined) ? [answer] : [];
}

function entriesBelow(value: unknown, depth: number): readonly unknown[] {
  const found = (Array.isArray(value) ? [value] : nests.map((name) => fieldOf(value, name))).map((each) =>
    entriesOf(each, depth - 1),
  );
  return found.find((each) => each.some(hasPicture)) ?? found.find((each) => each.length > 0) ?? [];
}

function entriesOf(value: unknown, depth: number): readonly unknown[] {
  if (depth === 0) return [];
  if (Array.isArray(value)) return value.flatMap((each) => entriesOf(each, depth - 1));
  if (hasPicture(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  const below = entriesBelow(value, depth);
  return below.length > 0 ? below : [value];
}

/** Whether an entry names a picture, or has its bytes. */
export const hasPicture = (entry: unknown): boolean => textsOf(entry).length > 0;

/** A text by itself names a picture where it is an address, or the number that was left for one. */
const bareText = /^\s*(?:\d+|https?:\S+|data:\S+|\/\S+)\s*$/i;

/** The strings of an entry that may be its image: a number in place of its bytes, else a URL. */
function textsOf(entry: unknown): readonly string[] {
  if (typeof entry === 'string') return bareText.test(entry) ? [entry.trim()] : [];
  return [...base64Fields, 'url', ...eitherFields].flatMap((name) => {
    const text = textOf(entry, name) ?? textOf(fieldOf(entry, name), 'url');
    return text === undefined ? [] : [text.trim()];
  });
}

/** The picture whose bytes have left their number in an entry. */
export const savedImage = (entry: unknown, saved: readonly StoredImage[]): StoredImage | undefined =>
  textsOf(entry)
    .map((text) => (/^\d+$/.test(text) ? saved[Number(text)] : undefined))
    .find((image) => image !== undefined);

/** The address of an entry's picture. */
export const addressIn = (entry: unknown): string | undefined => textsOf(entry).find((text) => !/^\d+$/.test(text));

const places: ReadonlySet<string> = new Set([...imagePlaces.fields, ...lists, 'url']);

/** An answer as a caller may see it: how many bytes a picture was, and addresses without what may be a signature. */
export function shownPictures(value: unknown, saved: readonly StoredImage[], name = ''): JsonValue {
  if (Array.isArray(value)) return value.map((each) => shownPictures(each, saved, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([each, held]) => [each, shownPictures(held, saved, each)]));
  }
  if (typeof value !== 'string' || !places.has(name)) return value as JsonValue;
  const image = /^\d+$/.test(value) ? saved[Number(value)] : undefined;
  return image === undefined ? withoutSignature(value) : `<${image.bytes} bytes of image>`;
}
