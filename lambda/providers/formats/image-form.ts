import type { JsonObject, JsonValue } from '../../domain/generation.ts';
import { type InputImage, mediaTypeOf } from '../../domain/images/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { type MultipartBody, multipartBody } from '../wire/multipart-body.ts';

/** An input image as a part of a form. */
export interface ImagePart {
  readonly name: string;
  readonly filename: string;
  readonly image: InputImage;
}

/** An image as a multipart/form-data part, with a generated file name that reveals nothing of the caller's files. */
export const imagePart = (name: string, stem: string, image: InputImage): ImagePart => ({
  name,
  filename: `${stem}.${image.type}`,
  image,
});

/**
 * A form of fields and images, whose bytes are read from the store as it is sent, and the same as the caller may see
 * it.
 */
export function imageForm(
  fields: JsonObject,
  parts: readonly ImagePart[],
  openImage: ProviderCall['openImage'],
): { readonly body: MultipartBody; readonly raw: JsonValue } {
  const texts = Object.entries(fields).map(([name, value]) => [name, partText(value)] as const);
  const files = parts.map(({ name, filename, image }) => ({
    name,
    filename,
    contentType: mediaTypeOf(image.type),
    bytes: image.bytes,
    open: () => openImage(image),
  }));
  return { body: multipartBody(texts, files), raw: { ...fields, files: parts.map(shownPart) } };
}

/** What is shown of a file of a form, in place of its bytes. */
export const shownPart = ({ name, filename, image: { bytes, sha256 } }: ImagePart): JsonObject => ({
  name,
  filename,
  bytes,
  ...(sha256 === undefined ? {} : { sha256 }),
});

const partText = (value: JsonValue): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
