import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonObject, JsonValue, Operation } from '../../domain/generation.ts';
import { type InputImage, mediaTypeOf } from '../../domain/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { present } from './json-fields.ts';
import { type MultipartBody, multipartBody } from './multipart-body.ts';
import { sizeText } from './size-plan.ts';

/** In what the servers of OpenAI's images API differ, beside the models they have. */
export interface ImagesApiProfile {
  /** Where each operation is asked for, below the base URL; one without a path is refused before anything is sent. */
  readonly paths: Readonly<Partial<Record<Operation, string>>>;
  /** The `response_format` that every request carries; undefined where the server knows no such field. */
  readonly responseFormat: 'b64_json' | 'url' | undefined;
  /** The name of the parts with input images, of which there are so many. */
  readonly imageField: (images: number) => 'image' | 'image[]';
}

/** A request as it goes out, and as the caller may see it. */
export interface ImagesApiRequest {
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array | MultipartBody;
  readonly raw: JsonValue;
}

/** Words a request: JSON without input images, multipart with them. Throws ProviderFailure `unsupported`. */
export function imagesApiRequest(
  profile: ImagesApiProfile,
  request: ImageRequest,
  openImage: ProviderCall['openImage'],
): ImagesApiRequest {
  const path = profile.paths[request.operation];
  if (path === undefined) {
    throw new ProviderFailure('unsupported', `${request.model} has no image ${request.operation} of its own.`);
  }
  const fields = fieldsOf(profile, request);
  if (request.operation === 'generation') {
    return { path, contentType: 'application/json', body: Buffer.from(JSON.stringify(fields)), raw: fields };
  }
  const parts = imagePartsOf(profile, request);
  const files = parts.map((part) => ({ ...part, bytes: part.image.bytes, open: () => openImage(part.image) }));
  const texts = Object.entries(fields).map(([name, value]) => [name, partText(value)] as const);
  const body = multipartBody(texts, files);
  return { path, contentType: body.contentType, body, raw: rawForm(fields, parts) };
}

/** The fields that JSON bodies and the text parts of forms have in common. Planning has left only what the model takes. */
function fieldsOf({ responseFormat }: ImagesApiProfile, request: ImageRequest): JsonObject {
  const { operation, model, prompt, n, size, parameters, extra } = request;
  const known = {
    model,
    // The variations route has no such field.
    prompt: operation === 'variation' ? undefined : prompt,
    n,
    size: size && sizeText(size),
    ...parameters,
    response_format: responseFormat,
  };
  // A field of the caller's own never takes the place of one of ours.
  return { ...extra, ...present(known) } as JsonObject;
}

const partText = (value: JsonValue): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

/** An input image as a part of a form, under a name that tells nothing of the caller's files. */
interface ImagePart {
  readonly name: string;
  readonly filename: string;
  readonly contentType: string;
  readonly image: InputImage;
}

function imagePartsOf({ imageField }: ImagesApiProfile, { images, mask }: ImageRequest): readonly ImagePart[] {
  const part = (name: string, stem: string, image: InputImage): ImagePart => ({
    name,
    filename: `${stem}.${image.type}`,
    contentType: mediaTypeOf(image.type),
    image,
  });
  const inputs = images.map((image, index) => part(imageField(images.length), `image-${index + 1}`, image));
  return mask ? [...inputs, part('mask', 'mask', mask)] : inputs;
}

const rawForm = (fields: JsonObject, parts: readonly ImagePart[]): JsonObject => ({
  ...fields,
  files: parts.map(({ name, filename, image }) => ({ name, filename, bytes: image.bytes, sha256: image.sha256 })),
});
