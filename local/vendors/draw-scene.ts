import sharp from 'sharp';
import { seededRandom } from './draw-random.ts';
import type { Picture } from './drawing.ts';

interface Palette {
  readonly sky: readonly [string, string];
  readonly sun: string;
  readonly hills: readonly [string, string, string, string];
}

const palettes: readonly Palette[] = [
  { sky: ['#1d3b6f', '#f7b58b'], sun: '#fff1c9', hills: ['#7d6b91', '#5a4a78', '#3d335c', '#241f3d'] },
  { sky: ['#7cc6e8', '#f3f7e9'], sun: '#fffbe0', hills: ['#a9cfa4', '#7bb07d', '#4f8a63', '#2d5c48'] },
  { sky: ['#331a4f', '#ff7e6b'], sun: '#ffe08a', hills: ['#b04a6f', '#823563', '#572653', '#31193c'] },
  { sky: ['#0d1b3e', '#355c9a'], sun: '#f4f6ff', hills: ['#35558a', '#27416f', '#1b2f54', '#101d38'] },
  { sky: ['#f2a65a', '#fdf0d5'], sun: '#fffdf2', hills: ['#d98b5f', '#b5654a', '#844238', '#552a2a'] },
  { sky: ['#69b7b2', '#fbe7c6'], sun: '#fff7dd', hills: ['#8fc1a9', '#5e9c92', '#3b7377', '#224a55'] },
];

/** The picture is laid out on a canvas of this many units on its short side, whatever the size in pixels. */
const units = 1000;
// Rendering vectors at 8 megapixels takes seconds; gradients and hills lose nothing by being enlarged.
const maxRenderedPixels = 1_600_000;

/** Draws a small landscape that the seed decides: same seed, same picture. Transparent ones are a round badge. */
export async function drawScene(seed: string, width: number, height: number, transparent: boolean): Promise<Picture> {
  const scale = Math.min(1, Math.sqrt(maxRenderedPixels / (width * height)));
  const rendered = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const pixels = await sharp(Buffer.from(sceneSvg(seed, rendered.width, rendered.height, transparent)))
    .resize(width, height, { fit: 'fill' })
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { pixels, width, height };
}

function sceneSvg(seed: string, width: number, height: number, transparent: boolean): string {
  const random = seededRandom(seed);
  const palette = palettes[Math.floor(random() * palettes.length)] ?? (palettes[0] as Palette);
  const shortSide = Math.min(width, height);
  const across = (units * width) / shortSide;
  const down = (units * height) / shortSide;
  const clip = transparent ? ' clip-path="url(#badge)"' : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${across} ${down}">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${palette.sky[0]}"/><stop offset="0.85" stop-color="${palette.sky[1]}"/></linearGradient>
<radialGradient id="glow"><stop offset="0" stop-color="${palette.sun}" stop-opacity="0.9"/><stop offset="1" stop-color="${palette.sun}" stop-opacity="0"/></radialGradient>
<clipPath id="badge"><circle cx="${across / 2}" cy="${down / 2}" r="${units * 0.46}"/></clipPath>
</defs>
<g${clip}><rect width="${across}" height="${down}" fill="url(#sky)"/>
${sun(random, palette, across, down)}${clouds(random, across, down)}
${palette.hills.map((colour, layer) => hill(random, colour, layer, across, down)).join('\n')}
</g></svg>`;
}

function sun(random: () => number, palette: Palette, across: number, down: number): string {
  const x = across * (0.2 + random() * 0.6);
  const y = down * (0.2 + random() * 0.22);
  const radius = 60 + random() * 50;
  return (
    `<circle cx="${x}" cy="${y}" r="${radius * 3.6}" fill="url(#glow)"/>` +
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="${palette.sun}"/>`
  );
}

function clouds(random: () => number, across: number, down: number): string {
  const puffs = Array.from({ length: 4 }, () => {
    const x = random() * across;
    const y = down * (0.08 + random() * 0.3);
    const wide = 70 + random() * 90;
    const tall = wide * (0.16 + random() * 0.08);
    return (
      `<ellipse cx="${x}" cy="${y}" rx="${wide}" ry="${tall}"/>` +
      `<ellipse cx="${x + wide * 0.35}" cy="${y - tall * 0.7}" rx="${wide * 0.5}" ry="${tall * 1.1}"/>`
    );
  });
  return `<g fill="#ffffff" fill-opacity="0.35">${puffs.join('')}</g>`;
}

function hill(random: () => number, colour: string, layer: number, across: number, down: number): string {
  const base = down * (0.52 + layer * 0.12);
  const swell = down * (0.09 - layer * 0.012);
  const phase = random() * Math.PI * 2;
  const waves = 1.2 + random() * 1.6;
  const steps = 48;
  const ridge = Array.from({ length: steps + 1 }, (_, step) => {
    const part = step / steps;
    const angle = phase + part * Math.PI * 2 * waves;
    const y = base + Math.sin(angle) * swell + Math.sin(angle * 2.7 + layer) * swell * 0.3;
    return { x: part * across, y };
  });
  const outline = ridge.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ');
  const trees = layer >= 2 ? ridge.map((point) => tree(random, point, colour, layer)).join('') : '';
  return `<g fill="${colour}"><polygon points="0,${down} ${outline} ${across},${down}"/>${trees}</g>`;
}

function tree(random: () => number, foot: { x: number; y: number }, colour: string, layer: number): string {
  if (random() > 0.45) return '';
  const tall = (34 + random() * 40) * (layer - 1);
  const half = tall * 0.22;
  const points = `${foot.x - half},${foot.y + 8} ${foot.x},${foot.y - tall} ${foot.x + half},${foot.y + 8}`;
  return `<polygon points="${points}" fill="${colour}"/>`;
}
