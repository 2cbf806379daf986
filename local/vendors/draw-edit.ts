import sharp, { type OverlayOptions } from 'sharp';
import { addCaption, compositePicture, middleOf, rawImage } from './draw-caption.ts';
import { paintInsideMask } from './draw-mask.ts';
import { seededRandom } from './draw-random.ts';
import type { Drawing, Picture } from './drawing.ts';

/** Draws an edit of the first input: inside the mask where there is one, else all over. */
export async function drawEdit(drawing: Drawing, first: Buffer): Promise<Picture> {
  const photograph = await fitted(first, drawing);
  if (drawing.mask !== undefined) return paintInsideMask(drawing, photograph, drawing.mask);
  const changed = await changedAllOver(photograph, drawing);
  const whole = { left: 0, top: 0, width: drawing.width, height: drawing.height };
  const composed = await addInsets(changed, drawing);
  return addCaption(composed, drawing, drawing.transparent ? middleOf(whole) : whole);
}

async function changedAllOver(photograph: Picture, drawing: Drawing): Promise<Picture> {
  const changed = drawing.vary ? await varied(photograph, drawing) : photograph;
  if (drawing.transparent) return cutOut(changed);
  return drawing.vary ? changed : graded(photograph, drawing);
}

async function fitted(image: Buffer, drawing: Drawing): Promise<Picture> {
  const { width, height } = drawing;
  const pixels = await sharp(image)
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { pixels, width, height };
}

/** A colour wash that depends on the prompt, so that two prompts give two distinct versions of one photograph. */
async function graded(photograph: Picture, drawing: Drawing): Promise<Picture> {
  const random = seededRandom(`${drawing.prompt}|grade|${drawing.index}`);
  const hue = Math.floor(random() * 360);
  const wash = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${photograph.width}" height="${photograph.height}">
<defs><linearGradient id="wash" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl(${hue},75%,58%)"/>
<stop offset="1" stop-color="hsl(${(hue + 110) % 360},70%,42%)"/></linearGradient></defs>
<rect width="100%" height="100%" fill="url(#wash)" fill-opacity="0.38"/></svg>`,
  );
  const toned = await rawImage(photograph).modulate({ saturation: 0.4, brightness: 1.05 }).raw().toBuffer();
  return compositePicture({ ...photograph, pixels: toned }, [
    { input: wash, blend: 'soft-light' },
    { input: wash, blend: 'over' },
  ]);
}

async function varied(photograph: Picture, drawing: Drawing): Promise<Picture> {
  const random = seededRandom(`${drawing.prompt}|vary`);
  const hue = Math.round(50 + random() * 60 + drawing.index * 67) % 360;
  const pixels = await rawImage(photograph).flop().modulate({ hue, saturation: 1.15 }).raw().toBuffer();
  return { ...photograph, pixels };
}

/** Shows the other input images in small at the upper right, each with a white frame. */
async function addInsets(picture: Picture, drawing: Drawing): Promise<Picture> {
  const others = drawing.inputs.slice(1);
  if (others.length === 0) return picture;
  const side = Math.round(Math.min(picture.width, picture.height) * (others.length > 4 ? 0.12 : 0.2));
  const gap = Math.max(2, Math.round(side * 0.12));
  const rows = Math.max(1, Math.floor((picture.height - gap) / (side + gap)));
  const frame = Math.max(1, Math.round(side * 0.03));
  const overlays = await Promise.all(
    others.map(async (image, position): Promise<OverlayOptions> => {
      const column = Math.floor(position / rows);
      const input = await sharp(image)
        .resize(side - 2 * frame, side - 2 * frame, { fit: 'cover' })
        .flatten({ background: '#ffffff' })
        .extend({ top: frame, bottom: frame, left: frame, right: frame, background: '#ffffff' })
        .png({ compressionLevel: 1 })
        .toBuffer();
      const left = picture.width - (column + 1) * (side + gap);
      return { input, left, top: gap + (position % rows) * (side + gap) };
    }),
  );
  return compositePicture(
    picture,
    overlays.filter((overlay) => (overlay.left ?? 0) >= 0),
  );
}

/** Keeps a soft ellipse of the picture and makes the rest transparent: the simulated background removal. */
function cutOut(picture: Picture): Picture {
  const { width, height } = picture;
  const pixels = Buffer.from(picture.pixels);
  for (let y = 0; y < height; y += 1) {
    const down = (2 * (y + 0.5)) / height - 1;
    for (let x = 0; x < width; x += 1) {
      const along = (2 * (x + 0.5)) / width - 1;
      const inside = Math.min(1, Math.max(0, (0.92 - Math.hypot(along, down)) / 0.04));
      const position = (y * width + x) * 4 + 3;
      pixels[position] = Math.round((pixels[position] ?? 255) * inside);
    }
  }
  return { width, height, pixels };
}
