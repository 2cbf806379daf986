import { deflateSync } from 'node:zlib';
import type { ImageType } from '../../domain/images/image.ts';
import { walkJpegSegments } from '../../domain/images/jpeg-header.ts';
import { pngChunks, walkPngChunks } from '../../domain/images/png-header.ts';
import { findWebpChunk, webpChunks, webpFlags, webpFlagsOf } from '../../domain/images/webp-header.ts';
import type { PngChunk } from './png-chunk.ts';

/**
 * The colour space of an image as PNG chunks in true colour: pixel values are kept when it is redrawn, so their meaning
 * must be kept too. A profile is checked only for being an RGB one; greyscale images keep none. Sources: PNG (W3C)
 * 11.3.2, ICC.1:2022 B.4 (jpeg), RFC 9649 2.7.1.4 (webp).
 */
export const colourChunks: Readonly<Record<ImageType, (bytes: Uint8Array) => readonly PngChunk[]>> = {
  png: chunksOfPng,
  jpeg: (bytes) => profileChunks(profileOfJpeg(bytes)),
  webp: (bytes) =>
    profileChunks(
      (webpFlagsOf(bytes) & webpFlags.colourProfile) === 0 ? undefined : findWebpChunk(bytes, webpChunks.ICCP),
    ),
};

const { iCCP, cICP, sRGB, gAMA, cHRM } = pngChunks;
const named: ReadonlyMap<number, string> = new Map(
  Object.entries({ cICP, iCCP, sRGB, gAMA, cHRM }).map(([name, number]) => [number, name]),
);

/** Each kind once, in their order. */
function chunksOfPng(bytes: Uint8Array): readonly PngChunk[] {
  const isInColour = ((bytes[25] ?? 0) & 2) !== 0;
  const found = new Map<number, PngChunk>();
  walkPngChunks(bytes, (number, from, to) => {
    const name = named.get(number);
    // The profile of a picture in grey is one of grey, which a png in true colour can't have.
    const isKept = name !== undefined && (isInColour || number !== iCCP) && to <= bytes.length && !found.has(number);
    if (isKept) found.set(number, { name, body: bytes.subarray(from, to) });
    return number !== pngChunks.IDAT;
  });
  return [...found.values()];
}

const profileMarker = 'ICC_PROFILE\0';
const app2 = 0xe2;

/**
 * The parts of the profile put together, each behind its number and how many there are; undefined where one is missing.
 */
function profileOfJpeg(bytes: Uint8Array): Uint8Array | undefined {
  const parts = new Map<number, Uint8Array>();
  let count = 0;
  walkJpegSegments(bytes, (marker, from, to) => {
    const body = from + profileMarker.length;
    if (marker !== app2 || body + 2 > Math.min(to, bytes.length)) return;
    if (Buffer.from(bytes.buffer, bytes.byteOffset + from, profileMarker.length).toString('latin1') !== profileMarker)
      return;
    count ||= bytes[body + 1] ?? 0;
    parts.set(bytes[body] ?? 0, bytes.subarray(body + 2, to));
  });
  const inOrder = Array.from({ length: count }, (_, at) => parts.get(at + 1));
  return inOrder.includes(undefined) ? undefined : Buffer.concat(inOrder as readonly Uint8Array[]);
}

/** The position of a profile's data colour space signature, and its value for RGB. Source: ICC.1:2022 7.2.6. */
const space = { at: 16, rgb: 'RGB ' } as const;
const profileHeaderBytes = 128;

function profileChunks(profile: Uint8Array | undefined): readonly PngChunk[] {
  if (profile === undefined || profile.length < profileHeaderBytes) return [];
  if (Buffer.from(profile.subarray(space.at, space.at + space.rgb.length)).toString('latin1') !== space.rgb) return [];
  const compression = 0;
  const body = Buffer.concat([
    Buffer.from('ICC profile\0', 'latin1'),
    Buffer.from([compression]),
    deflateSync(profile),
  ]);
  return [{ name: 'iCCP', body }];
}
