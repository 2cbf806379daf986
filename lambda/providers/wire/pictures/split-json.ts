import { isDataAddress } from '../../../domain/bytes/base64-decoder.ts';
import { ChunkSource } from '../../../domain/bytes/chunk-source.ts';
import { ProviderFailure } from '../../../domain/failure.ts';
import type { JsonValue } from '../../../domain/generation.ts';
import type { ByteStream } from '../../../domain/images/image.ts';
import { parseJson } from '../json-fields.ts';
import { Base64Value, malformedAnswer } from './base64-value.ts';
import { Skeleton } from './skeleton.ts';
import { wholePartOf } from './whole-json.ts';

export interface SplitOptions<T> {
  /** The string fields, at any depth, whose values are base64. */
  readonly fields?: readonly string[];
  /** The fields, at any depth, that are lists of such strings. */
  readonly listFields?: readonly string[];
  /**
   * The string fields, at any depth, whose values are base64 where they are `data:` addresses, and else stay as they
   * are.
   */
  readonly addressFields?: readonly string[];
  /**
   * Those of all these fields whose values are base64 unless they are addresses of another kind, which stay as they
   * are.
   */
  readonly eitherFields?: readonly string[];
  /**
   * Takes the decoded bytes of the value with that number, counted from 0 in the order of the text. The rest of the
   * text is read when it is done; what it leaves unread of the value is skipped. `before` gives the text up to the
   * value.
   */
  readonly take: (number: number, bytes: ByteStream, before: () => string) => Promise<T>;
  /**
   * Whether the part of a truncated text without any value is still useful.
   * @default - no
   */
  readonly isEnough?: (said: JsonValue) => boolean;
  /** How long the text may be without those values. */
  readonly maxSkeletonBytes?: number;
}

export interface Split<T> {
  /** The JSON with each value replaced by its number, as a string; by an empty one where the value was not accepted. */
  readonly skeleton: unknown;
  /** What `take` made of each value. */
  readonly taken: readonly T[];
  /** Why the first value that wasn't empty and was not accepted could not be read. */
  readonly unread?: ProviderFailure;
}

const defaultSkeletonBytes = 1024 * 1024;

/**
 * Streaming JSON parser: reads a JSON text of any length that holds files in base64, keeping no more in memory than a
 * chunk and the skeleton. A value that is empty, or no file, doesn't affect the others; after the first value, the text
 * may also be truncated or turn invalid: what was read by then counts. Before a value, throws ProviderFailure
 * `malformed` for text that is no such JSON; a failure of the body itself is always rethrown then, whatever `take` made
 * of it.
 */
export async function splitJson<T>(body: ByteStream, options: SplitOptions<T>): Promise<Split<T>> {
  const source = new ChunkSource(body);
  const { fields = [], listFields = [], addressFields = [] } = options;
  const skeleton = new Skeleton([...fields, ...addressFields], listFields);
  const taken: T[] = [];
  let unread: ProviderFailure | undefined;
  try {
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
      const { length, field } = skeleton.read(chunk);
      source.putBack(chunk.subarray(length));
      if (skeleton.bytes > (options.maxSkeletonBytes ?? defaultSkeletonBytes)) {
        throw malformedAnswer('it is too long for a response with images');
      }
      if (field === undefined) continue;
      if (await isAddress(source, field, options)) {
        skeleton.enter();
        continue;
      }
      const failure = await takeValue(source, taken, options, () => skeleton.text());
      skeleton.mark(failure === undefined ? taken.length - 1 : undefined);
      unread ??= failure instanceof ProviderFailure ? failure : undefined;
    }
    return { skeleton: parsed(skeleton.text()), taken, ...(unread && { unread }) };
  } catch (error) {
    const failure = source.failure === undefined ? error : source.failure.error;
    const said = failure instanceof ProviderFailure ? wholePartOf(skeleton.text()) : undefined;
    if (said === undefined || (taken.length === 0 && !options.isEnough?.(said))) throw failure;
    return { skeleton: said, taken };
  } finally {
    source.close();
  }
}

/** Has one value taken. Gives what kept it from being taken: that it is empty, or that it can't be read. */
async function takeValue<T>(
  source: ChunkSource,
  taken: T[],
  { take }: SplitOptions<T>,
  before: () => string,
): Promise<ProviderFailure | 'empty' | undefined> {
  const value = new Base64Value(source);
  let failure: ProviderFailure | 'empty' | undefined;
  try {
    if (await value.hasBytes()) taken.push(await take(taken.length, value.bytes(), before));
    else failure = 'empty';
  } catch (error) {
    if (!(error instanceof ProviderFailure) || error.kind !== 'malformed' || source.failure) throw error;
    failure = error;
  }
  await value.skipRest();
  return failure;
}

/** As many bytes as show whether an address is a `data:` one, behind some space. */
const schemeBytes = 16;

/** A URL scheme, or a path. Base64 can begin like a path as well: that of every jpeg does, and continues with `9j`. */
const beginsAddress = /^\s*(?:[a-z][a-z0-9+.-]*:|\\?\/(?!9j))/i;

/** Whether the value that is being read is an address that leads to something else than itself. */
async function isAddress<T>(
  source: ChunkSource,
  field: string,
  { addressFields = [], eitherFields = [] }: SplitOptions<T>,
): Promise<boolean> {
  const isEither = eitherFields.includes(field);
  if (!isEither && !addressFields.includes(field)) return false;
  const begun = (await source.peek(schemeBytes)).toString('latin1');
  return !isDataAddress(begun) && (!isEither || beginsAddress.test(begun));
}

function parsed(text: string): JsonValue {
  const value = parseJson(text);
  if (value === undefined) throw malformedAnswer('it is not valid JSON, or nested too deeply');
  return value;
}
