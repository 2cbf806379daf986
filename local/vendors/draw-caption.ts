import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import { renderText, shorten } from './draw-text.ts';
import type { Drawing, Picture } from './drawing.ts';

/** A part of the picture, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Writes the prompt, and in small letters model, size and index, on a dark panel at the foot of the box. */
export async function addCaption(picture: Picture, drawing: Drawing, box: Box): Promise<Picture> {
  const panel = await captionPanel(drawing, box);
  if (panel === undefined) return picture;
  return compositePicture(picture, panel);
}

/** The middle of a box, where a panel keeps clear of the corners that a round shape cuts off. */
export function middleOf(box: Box): Box {
  const width = Math.round(box.width * 0.72);
  const height = Math.round(box.height * 0.74);
  const left = box.left + Math.round((box.width - width) / 2);
  return { left, top: box.top + Math.round((box.height - height) / 2), width, height };
}

/** Composites overlays and keeps the raw form. */
export async function compositePicture(picture: Picture, overlays: OverlayOptions[]): Promise<Picture> {
  const pixels = await rawImage(picture).composite(overlays).ensureAlpha().raw().toBuffer();
  return { ...picture, pixels };
}

/** Opens raw pixels with sharp. */
export function rawImage(picture: Picture): Sharp {
  return sharp(picture.pixels, { raw: { width: picture.width, height: picture.height, channels: 4 } });
}

async function captionPanel(drawing: Drawing, box: Box): Promise<OverlayOptions[] | undefined> {
  const side = Math.min(box.width, box.height);
  // Below this no letter could be read, and a panel would only hide the picture.
  if (side < 72) return undefined;
  const margin = Math.round(side * 0.04);
  const padding = Math.round(side * 0.03);
  const widthPixels = box.width - 2 * (margin + padding);
  // A small box within a large image gets letters that are legible in the whole image.
  const letters = Math.min(side * 0.07, Math.max(side * 0.036, Math.min(drawing.width, drawing.height) * 0.028));
  const promptStyle = { widthPixels, sizePixels: Math.max(9, letters), bold: true };
  const smallStyle = { widthPixels, sizePixels: Math.max(8, letters * 0.58), opacity: 0.8 };
  const [prompt, small] = await Promise.all([
    renderText(shorten(drawing.prompt, promptStyle, side < 300 ? 3 : 5), promptStyle),
    renderText(shorten(describe(drawing), smallStyle, 1), smallStyle),
  ]);
  const gap = Math.round(padding * 0.6);
  const height = prompt.height + small.height + gap + 2 * padding;
  const width = box.width - 2 * margin;
  const left = box.left + margin;
  const top = box.top + box.height - margin - height;
  // A long prompt in a flat box: the panel would extend above it.
  if (top < box.top) return undefined;
  return [
    { input: panelSvg(width, height, padding), left, top },
    { input: prompt.png, left: left + padding, top: top + padding },
    { input: small.png, left: left + padding, top: top + padding + prompt.height + gap },
  ];
}

function describe(drawing: Drawing): string {
  const size = `${drawing.width}x${drawing.height}`;
  return `${drawing.model} · ${size} · ${drawing.index + 1} of ${drawing.count} · simulated`;
}

function panelSvg(width: number, height: number, radius: number): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
      `<rect width="${width}" height="${height}" rx="${radius}" fill="#0b0f1a" fill-opacity="0.62"/></svg>`,
  );
}
