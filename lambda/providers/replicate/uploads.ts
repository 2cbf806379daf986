import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest } from '../../domain/generation.ts';
import { type InputImage, mediaTypeOf } from '../../domain/images/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { dataUriOf, ImageText, type Placed, placedBy } from '../wire/json-body.ts';
import { exchangeJson } from '../wire/json-exchange.ts';
import { fieldOf, textOf } from '../wire/json-fields.ts';
import { multipartBody } from '../wire/multipart-body.ts';
import { beforeAnyWork, requestFailure } from './failure.ts';

/**
 * Most bytes that all images of a request may have to go along in it: 256 KiB in base64, beyond which Replicate advises
 * an address instead. It echoes its inputs, so that larger ones would come back with every answer.
 * https://replicate.com/docs/topics/predictions/input-files
 */
const maxInlineBytes = 192 * 1024;

type Addressing = Pick<ProviderCall, 'addressOf'>;

/** The images that Replicate doesn't fetch by an address of ours. */
const unaddressed = ({ images, mask }: ImageRequest, { addressOf }: Addressing): readonly InputImage[] =>
  [...images, ...(mask ? [mask] : [])].filter((image) => addressOf?.(image) === undefined);

const isInline = (images: readonly InputImage[]): boolean =>
  images.reduce((sum, { bytes }) => sum + bytes, 0) <= maxInlineBytes;

/** How the images of a request are shown to the caller: what they are, and how they go out. */
export const shownPlaces = (request: ImageRequest, call: Addressing): Placed =>
  placedBy(call, isInline(unaddressed(request, call)) ? dataUriOf : (image) => new ImageText(image, 'an upload: '));

/**
 * Where the images of a request go: as addresses of ours, inline, or uploaded to Replicate's file storage. Uploads are free and deleted after
 * a day; a failure here has begun no work. Throws ProviderFailure, never an unknown outcome.
 */
export async function placesOf(request: ImageRequest, call: ProviderCall, settings: AdapterSettings): Promise<Placed> {
  const images = unaddressed(request, call);
  if (isInline(images)) return placedBy(call, dataUriOf);
  const uploads = new Map(
    await Promise.all(images.map(async (image) => [image.key, await uploaded(image, call, settings)] as const)),
  );
  return placedBy(call, (image) => uploads.get(image.key) ?? dataUriOf(image));
}

async function uploaded(image: InputImage, call: ProviderCall, { baseUrl, send }: AdapterSettings): Promise<string> {
  const filename = `image.${image.type}`;
  const file = { name: 'content', filename, contentType: mediaTypeOf(image.type), bytes: image.bytes };
  const body = multipartBody([], [{ ...file, open: () => call.openImage(image) }]);
  try {
    const answer = await exchangeJson(send, {
      method: 'POST',
      url: `${baseUrl}/files`,
      headers: { authorization: `Bearer ${call.apiKey}`, 'content-type': body.contentType, accept: 'application/json' },
      body,
      signal: call.signal,
    });
    if (answer.status !== 201 && answer.status !== 200) throw requestFailure(answer, call.apiKey);
    const address = textOf(fieldOf(answer.value, 'urls'), 'get');
    if (address !== undefined) return address;
    throw new ProviderFailure('malformed', 'The provider returned no URL for an uploaded input image.');
  } catch (error) {
    throw beforeAnyWork(error);
  }
}
