import type { ChunkSource } from '../../domain/bytes/chunk-source.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import type { JsonObject, JsonValue } from '../../domain/generation.ts';
import type { ByteStream, StoredImage } from '../../domain/images/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { fieldOf, parseJson, textOf } from '../wire/json-fields.ts';
import { imagePlaces, shownPictures } from '../wire/pictures/picture-places.ts';
import { type Split, splitJson } from '../wire/pictures/split-json.ts';
import { maxOtherBytes } from '../wire/pictures/split-pictures.ts';
import { readErrorText } from '../wire/read-text.ts';
import { type ServerEvent, serverEvents } from '../wire/server-events.ts';
import { takeUpTo } from '../wire/take-up-to.ts';
import { maxPartialBytes, PartialImages } from './partial-images.ts';

/** How a stream of events ended. */
export interface StreamEnd {
  /** The fields of its last event: of the image, or, where `isError`, of an error's body. */
  readonly said: JsonObject;
  readonly isError: boolean;
  readonly saved: readonly StoredImage[];
  /** Whether partial images came before. */
  readonly hadPartials: boolean;
  /** Its events as a caller may see them. */
  readonly shown: readonly JsonValue[];
}

type EventKind = 'partial' | 'completed' | 'error';

const kinds: ReadonlyMap<string | undefined, EventKind> = new Map([
  ['image_generation.partial_image', 'partial'],
  ['image_edit.partial_image', 'partial'],
  ['image_generation.completed', 'completed'],
  ['image_edit.completed', 'completed'],
  ['error', 'error'],
]);

/**
 * Reads a stream of OpenAI's image events (server-sent events; openai/openai-node `src/resources/images.ts`,
 * ImageGenStreamEvent and ImageEditStreamEvent) up to its last one: each complete partial image is passed to the
 * subscriber, and the final image is streamed into the bucket. An unreadable partial image is skipped, and so are
 * events of other kinds. Throws what the body throws, and ProviderFailure `malformed` for a stream that ends before its
 * last event, or whose last event can't be read.
 */
export async function readImageStream(source: ChunkSource, call: ProviderCall): Promise<StreamEnd> {
  const partials = new PartialImages(call.partials);
  try {
    for await (const event of serverEvents(source)) {
      const end = await readEvent(event, call, partials);
      if (end) return end;
    }
    if (source.failure === undefined) call.keepRawResponse(() => partials.shown);
    throw new ProviderFailure('malformed', "The provider's stream ended without an image.", { statusCode: 200 });
  } catch (error) {
    throw source.failure === undefined ? error : source.failure.error;
  } finally {
    source.close();
  }
}

async function readEvent(
  event: ServerEvent,
  call: ProviderCall,
  partials: PartialImages,
): Promise<StreamEnd | undefined> {
  if (kinds.get(event.name) === 'error') return failed(await readErrorText(event.data()), partials);
  const split = await splitEvent(event, call);
  if (!split) return undefined;
  const { skeleton, taken } = split;
  const [image] = taken;
  const kind = kinds.get(event.name) ?? kinds.get(textOf(skeleton, 'type'));
  if (kind === 'error' || (image === undefined && hasError(skeleton)))
    return failed(JSON.stringify(skeleton), partials);
  if (kind === 'partial') partials.take(skeleton, Buffer.isBuffer(image) ? image : undefined);
  if (kind !== 'completed') return undefined;
  const saved = Buffer.isBuffer(image) ? await call.saveImage(0, once(image)) : image;
  const images = saved === undefined ? [] : [saved];
  const end = { said: skeleton as JsonObject, isError: false, saved: images, hadPartials: partials.hasSeen };
  return { ...end, shown: [...partials.shown, shownPictures(skeleton, images)] };
}

/**
 * The event without its image, and the image: held, or in the bucket; undefined for what is no JSON with base64 in it.
 */
async function splitEvent(
  event: ServerEvent,
  call: ProviderCall,
): Promise<Split<Buffer | StoredImage | undefined> | undefined> {
  try {
    const split = await splitJson(event.data(), {
      ...imagePlaces,
      take: (number, bytes, before) =>
        number === 0 ? takeImage(event, bytes, before(), call) : Promise.resolve(undefined),
      maxSkeletonBytes: maxOtherBytes,
    });
    if (split.unread && split.taken.length === 0 && textOf(split.skeleton, 'url') === undefined) throw split.unread;
    return split;
  } catch (error) {
    const isUnreadable = error instanceof ProviderFailure && error.kind === 'malformed';
    if (!isUnreadable || kinds.get(event.name) === 'completed') throw error;
    return undefined;
  }
}

/**
 * An image goes into the bucket as it comes where its event is known for the last by now. Else it is held until the
 * event is known, but for what is larger than a partial image may be: that is the last one, unless the event has been
 * called something else.
 */
async function takeImage(
  event: ServerEvent,
  bytes: ByteStream,
  before: string,
  call: ProviderCall,
): Promise<Buffer | StoredImage | undefined> {
  const type = textOf(parseJson(`${before}null}`), 'type');
  const kind = kinds.get(event.name) ?? kinds.get(type);
  if (kind === 'completed') return call.saveImage(0, bytes);
  const held = await takeUpTo(bytes, maxPartialBytes);
  if (held.whole) return held.whole;
  return kind === undefined && type === undefined ? call.saveImage(0, held.all()) : undefined;
}

/** Some servers put an error's fields beside its `type`, and some send it as plain text. */
function failed(text: string, partials: PartialImages): StreamEnd {
  const value = parseJson(text);
  const said = hasError(value) ? (value as JsonObject) : { error: isObject(value) ? withoutEventType(value) : text };
  return { said, isError: true, saved: [], hadPartials: partials.hasSeen, shown: [...partials.shown, said] };
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const withoutEventType = ({ type, ...rest }: JsonObject): JsonObject =>
  type === undefined || type === 'error' ? rest : { ...rest, type };

const hasError = (said: unknown): boolean =>
  textOf(said, 'error') !== undefined ||
  (typeof fieldOf(said, 'error') === 'object' && fieldOf(said, 'error') !== null);

async function* once(bytes: Buffer): ByteStream {
  yield bytes;
}
