import { createHash } from 'node:crypto';
import { addCaption, middleOf, rawImage } from './draw-caption.ts';
import { drawEdit } from './draw-edit.ts';
import { drawNoise } from './draw-noise.ts';
import { drawScene } from './draw-scene.ts';
import type { Drawing, Picture } from './drawing.ts';

/** Max size of the cache of finished images; larger images are drawn each time. */
const maxCachedBytes = 64 * 1024 * 1024;
const maxCachedImageBytes = 4 * 1024 * 1024;
const finished = new Map<string, Promise<Buffer>>();
let cachedBytes = 0;

/**
 * Draws one image and encodes it. Two markers in the prompt change what is drawn: `[noise]` fills it with
 * incompressible pixels (large results), `[plain]` leaves all words out, so that every prompt shares one cached image
 * (cheap results for load tests).
 */
export function drawImage(drawing: Drawing): Promise<Buffer> {
  const key = cacheKey(drawing);
  const known = finished.get(key);
  if (known !== undefined) return known;
  const image = pictureOf(drawing).then((picture) => encode(picture, drawing));
  finished.set(key, image);
  image.then(
    (bytes) => remember(key, bytes.length),
    () => finished.delete(key),
  );
  return image;
}

async function pictureOf(drawing: Drawing): Promise<Picture> {
  const { prompt, width, height, index } = drawing;
  const [first] = drawing.inputs;
  const seed = `${prompt}|${index}`;
  if (prompt.includes('[noise]') && drawing.mask === undefined) return drawNoise(seed, width, height);
  if (first !== undefined) return drawEdit(drawing, first);
  if (prompt.includes('[plain]')) return drawScene(`plain|${index}`, width, height, drawing.transparent);
  const scene = await drawScene(seed, width, height, drawing.transparent);
  const whole = { left: 0, top: 0, width, height };
  return addCaption(scene, drawing, drawing.transparent ? middleOf(whole) : whole);
}

function encode(picture: Picture, drawing: Drawing): Promise<Buffer> {
  const noise = drawing.prompt.includes('[noise]');
  // A photograph without transparency has no alpha channel in the answer, as with the real vendor.
  const opaque = drawing.format === 'jpeg' || (!drawing.transparent && isOpaque(picture));
  const flat = opaque ? rawImage(picture).flatten({ background: '#ffffff' }) : rawImage(picture);
  // sharp's scale starts at 1 where OpenAI's starts at 0.
  const quality = Math.max(1, drawing.compression);
  switch (drawing.format) {
    case 'jpeg':
      return flat.jpeg({ quality }).toBuffer();
    case 'webp':
      return flat.webp({ quality, effort: 1 }).toBuffer();
    case 'png':
      // Deflating noise costs seconds and gains nothing.
      return flat.png({ compressionLevel: noise ? 0 : 4 }).toBuffer();
  }
}

function isOpaque({ pixels }: Picture): boolean {
  for (let position = 3; position < pixels.length; position += 4) if (pixels[position] !== 255) return false;
  return true;
}

function cacheKey(drawing: Drawing): string {
  const plain = drawing.prompt.includes('[plain]') && drawing.inputs.length === 0;
  const hash = createHash('sha256');
  const { inputs, mask, ...rest } = drawing;
  hash.update(JSON.stringify(plain ? { ...rest, prompt: '[plain]', model: '', count: 0 } : rest));
  for (const image of inputs) hash.update('|input|').update(createHash('sha256').update(image).digest());
  if (mask !== undefined) hash.update('|mask|').update(createHash('sha256').update(mask).digest());
  return hash.digest('hex');
}

function remember(key: string, bytes: number): void {
  if (bytes > maxCachedImageBytes) {
    finished.delete(key);
    return;
  }
  cachedBytes += bytes;
  if (cachedBytes <= maxCachedBytes) return;
  // Starting over is coarse, but the cache only has to make load tests cheap.
  finished.clear();
  cachedBytes = 0;
}
