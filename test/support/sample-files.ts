import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';

/** One of the photographs of `examples/`. */
export const photograph = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../examples/${name}`, import.meta.url));

export const fileOf = (bytes: Uint8Array | string, name: string, type = 'image/png'): File =>
  new File([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], name, { type });

/** A form of text parts and files, in order. A name may come more than once. */
export function formOf(...parts: readonly (readonly [name: string, value: string | File])[]): FormData {
  const form = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, value.name);
  }
  return form;
}

/** A form's bytes and type, to be damaged. */
export async function encodedForm(form: FormData): Promise<{ readonly bytes: Buffer; readonly contentType: string }> {
  const response = new Response(form);
  const contentType = response.headers.get('content-type') ?? '';
  return { bytes: Buffer.from(await response.arrayBuffer()), contentType };
}

/** What viewers need to know of an image. Throws for what is none. */
export async function headerOf(image: Buffer | undefined) {
  const { format, width, height } = await sharp(image).metadata();
  return { format, width, height };
}

/** A real png of noise, which nothing can compress, of nearly and at most so many bytes. */
export async function noisePng(maxBytes: number): Promise<Buffer> {
  const width = 1000;
  // A row has a byte for its filter; the headers, and those of deflate's blocks, have room in 4 KiB.
  const height = Math.floor((maxBytes - 4096) / (width * 3 + 1));
  const pixels = { raw: { width, height, channels: 3 } } as const;
  return sharp(randomBytes(width * height * 3), pixels)
    .png({ compressionLevel: 0 })
    .toBuffer();
}

/** A mask that is transparent throughout. */
export const clearMask = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .png()
    .toBuffer();

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const dataUri = (bytes: Buffer, type = 'image/png'): string => `data:${type};base64,${bytes.toString('base64')}`;

/**
 * A real png of exactly so many bytes, most of which are in a chunk that decoders skip; another one for each number. Source: PNG
 * (W3C) 5.3, 5.4, 11.3: the case of the letters makes the chunk ancillary, private and unsafe to copy.
 */
export async function paddedPng(bytes: number, number = 0): Promise<Buffer> {
  const flat = { width: 64, height: 64, channels: 3, background: { r: number % 256, g: 128, b: 64 } } as const;
  const png = await sharp({ create: flat }).png().toBuffer();
  const [before, end] = [png.subarray(0, -12), png.subarray(-12)];
  const padding = bytes - png.length - 12;
  if (padding < 0) throw new RangeError(`A padded png has at least ${png.length + 12} bytes.`);
  const named = Buffer.alloc(4 + padding, `${number}: padding. `);
  named.write('paDD', 'latin1');
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(padding);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([before, length, named, checksum, end]);
}
