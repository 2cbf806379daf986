import { addCaption, compositePicture } from './draw-caption.ts';
import { drawScene } from './draw-scene.ts';
import type { Drawing, Picture } from './drawing.ts';

/** How many pixels a picture is extended by on each side. */
export interface Extension {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Paints a scene around the picture, which keeps its place and every pixel. */
export async function drawExtended(drawing: Drawing, picture: Picture, { left, top }: Extension): Promise<Picture> {
  const { width, height, prompt, index } = drawing;
  const scene = await drawScene(`${prompt}|${index}`, width, height, false);
  const captioned = await addCaption(scene, drawing, { left: 0, top: 0, width, height });
  const { pixels, ...size } = picture;
  return compositePicture(captioned, [{ input: pixels, raw: { ...size, channels: 4 }, left, top }]);
}
