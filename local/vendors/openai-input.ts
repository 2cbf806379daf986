/**
 * The input images of an edit or a variation. Rules: openai/openai-node `src/resources/images.ts` (`image`, `mask`) and
 * openai/openai-openapi `EditImageBodyJsonParam` (the JSON form). The mime type of an image part is checked as
 * declared, the mask's isn't (prism-php/prism pull request 725).
 */
import sharp from 'sharp';
import { imageUserError, invalidParameter, missingParameter, unknownParameter } from './openai-errors.ts';
import { type OpenaiForm, wrongType } from './openai-form.ts';
import type { Size } from './openai-size.ts';
import type { ReceivedFile } from './received-request.ts';
import type { WireAnswer } from './vendor-wire.ts';

export interface InputRules {
  readonly maxImages: number;
  /** Of one image. */
  readonly maxBytes: number;
}

/** The images of a request that keeps the rules. */
export interface InputImages {
  readonly images: readonly Buffer[];
  readonly mask?: Buffer;
  /** Of the first image. */
  readonly size: Size;
}

const maxMaskBytes = 4 * 1024 * 1024;
const formats = ['png', 'jpeg', 'webp'];

/** Finds and checks images and mask. */
export async function openaiInput(form: OpenaiForm, rules: InputRules): Promise<InputImages | WireAnswer> {
  const misplaced = form.encoding === 'json' ? badReference(form) : badPart(form);
  if (misplaced !== undefined) return misplaced;
  const images = form.files.filter((file) => /^(image|image\[\]|images\[\d+\]\.image_url)$/.test(file.field));
  const name = form.encoding === 'json' ? 'images' : 'image';
  if (images.length === 0) return missingParameter(name);
  if (images.length > rules.maxImages) return tooMany(name, rules.maxImages, images.length);
  const sizes: Size[] = [];
  for (const [index, file] of images.entries()) {
    const size = await checkImage(file, index, images.length, rules.maxBytes);
    if ('status' in size) return size;
    sizes.push(size);
  }
  const size = sizes[0] ?? { width: 0, height: 0 };
  const mask = form.files.find((file) => /^mask(\.image_url)?$/.test(file.field));
  const badMask = mask === undefined ? undefined : await checkMask(mask, size);
  if (badMask !== undefined) return badMask;
  return { images: images.map((file) => file.content), size, ...(mask === undefined ? {} : { mask: mask.content }) };
}

export function isInput(input: InputImages | WireAnswer): input is InputImages {
  return 'images' in input;
}

function tooMany(name: string, most: number, got: number): WireAnswer {
  const message = `Invalid '${name}': array too long. Expected an array with maximum length ${most}, but got an array with length ${got} instead.`;
  return invalidParameter(message, name, 'array_above_max_length');
}

function badPart(form: OpenaiForm): WireAnswer | undefined {
  for (const name of ['image', 'image[]', 'mask']) {
    if (form.values.has(name)) return wrongType(name, 'a file', form.values.get(name));
  }
  const unexpected = form.files.find((file) => !['image', 'image[]', 'mask'].includes(file.field));
  return unexpected === undefined ? undefined : unknownParameter(unexpected.field);
}

/** The simulator reaches no network and keeps no files, so of the three kinds of reference only `data:` URLs work. */
function badReference(form: OpenaiForm): WireAnswer | undefined {
  const images = form.values.get('images');
  if (images !== undefined && !Array.isArray(images)) return wrongType('images', 'an array of objects', images);
  const references = (images ?? []).map((value: unknown, index: number) => ({ value, place: `images[${index}]` }));
  if (form.values.has('mask')) references.push({ value: form.values.get('mask'), place: 'mask' });
  for (const { value, place } of references) {
    if (typeof value !== 'object' || value === null) return wrongType(place, 'an object', value);
    if ('file_id' in value) return invalidParameter(`No such file: '${String(value.file_id)}'.`, `${place}.file_id`);
    if (!('image_url' in value)) return missingParameter(`${place}.image_url`);
    if (form.files.some((file) => file.field === `${place}.image_url`)) continue;
    return invalidParameter(
      'Failed to download the image from the given URL.',
      `${place}.image_url`,
      'invalid_image_url',
    );
  }
  return undefined;
}

async function checkImage(
  file: ReceivedFile,
  index: number,
  count: number,
  maxBytes: number,
): Promise<Size | WireAnswer> {
  const place = count === 1 ? 'image' : `image[${index}]`;
  if (!formats.some((format) => file.contentType === `image/${format}`)) {
    const message = `Invalid file '${place}': unsupported mimetype ('${file.contentType}'). Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.`;
    return invalidParameter(message, place, 'unsupported_file_mimetype');
  }
  if (file.content.length >= maxBytes) {
    const message = `Invalid file '${place}': the file must be smaller than ${maxBytes / 1024 / 1024} MB.`;
    return invalidParameter(message, place, 'invalid_file_size');
  }
  return (await decodedSize(file.content)) ?? badImage(index);
}

function badImage(index: number): WireAnswer {
  const message = `Invalid image file or mode for image ${index + 1}, please check your image file.`;
  return imageUserError(message, 'invalid_image_file');
}

/** Whether the bytes are a png, jpeg or webp that really decodes. */
export const isDecodable = async (content: Buffer): Promise<boolean> => (await decodedSize(content)) !== undefined;

/** The size of an image that really decodes; undefined for anything else, a damaged file included. */
async function decodedSize(content: Buffer): Promise<Size | undefined> {
  try {
    const { format, width, height } = await sharp(content).metadata();
    await sharp(content, { failOn: 'error' }).resize(8, 8).raw().toBuffer();
    return formats.includes(format) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

async function checkMask(file: ReceivedFile, image: Size): Promise<WireAnswer | undefined> {
  const wrong = (reason: string) =>
    imageUserError(`Invalid mask image format - ${reason}`, 'invalid_mask_image_format');
  const size = await decodedSize(file.content);
  if (size === undefined) return wrong('mask image could not be read');
  const { format, hasAlpha } = await sharp(file.content).metadata();
  if (!hasAlpha) return wrong('mask image missing alpha channel');
  if (format !== 'png') return wrong('mask image must be a PNG');
  if (file.content.length >= maxMaskBytes) return wrong('mask image must be smaller than 4 MB');
  if (size.width === image.width && size.height === image.height) return undefined;
  return wrong('mask size does not match image size');
}
