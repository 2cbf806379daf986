import type { ApiRequest } from '../../../lambda/http/request/api-request.ts';
import { requestWith } from '../../support/sample-events.ts';

export type SamplePart =
  | readonly [name: string, text: string]
  | readonly [name: string, bytes: Buffer, filename: string];

export const sampleBoundary = 'x-boundary-1';

/** A multipart body, written byte by byte, so that the tests don't trust a second library's idea of one. */
export function formBody(parts: readonly SamplePart[], boundary = sampleBoundary): Buffer {
  const pieces = parts.flatMap(([name, content, filename]) => {
    const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: application/octet-stream`;
    return [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`),
      Buffer.from(content as string),
      Buffer.from('\r\n'),
    ];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

export const formType = (boundary = sampleBoundary): string => `multipart/form-data; boundary=${boundary}`;

export const formRequest = (parts: readonly SamplePart[], headers: Record<string, string> = {}): ApiRequest =>
  requestWith(formBody(parts), { 'content-type': formType(), ...headers });

/** The first bytes of each type, and some that tell one image from another. */
export const sampleImages = {
  png: (seed: number) => Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), tail(seed)]),
  jpeg: (seed: number) => Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), tail(seed)]),
  webp: (seed: number) => Buffer.concat([Buffer.from('RIFF\x10\0\0\0WEBPVP8L', 'latin1'), tail(seed)]),
} as const;

const tail = (seed: number): Buffer => Buffer.from(Array.from({ length: 41 + seed }, (_, at) => (at * 7 + seed) % 256));

export const dataUri = (bytes: Buffer, type = 'image/png'): string => `data:${type};base64,${bytes.toString('base64')}`;
