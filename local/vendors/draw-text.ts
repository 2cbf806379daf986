import { createRequire } from 'node:module';
import sharp from 'sharp';

/** A rendered block of text, ready to be composited. */
export interface TextBlock {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

export interface TextStyle {
  /** The block wraps at this many pixels. */
  readonly widthPixels: number;
  readonly sizePixels: number;
  readonly bold?: boolean;
  /** 0 to 1, default 1. */
  readonly opacity?: number;
}

const resolve = createRequire(import.meta.url).resolve;
// Where no system font is installed sharp draws letters as boxes, so the fonts come from a package, by path.
const regularFont = resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const boldFont = resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

/** Renders white text. Empty text gives an ellipsis, since sharp refuses to draw nothing. */
export async function renderText(text: string, style: TextStyle): Promise<TextBlock> {
  const alpha = Math.round((style.opacity ?? 1) * 100);
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="white" alpha="${alpha}%">${escapeMarkup(text) || '…'}</span>`,
      font: `DejaVu Sans ${style.bold ? 'Bold ' : ''}${Math.max(6, Math.round(style.sizePixels))}`,
      fontfile: style.bold ? boldFont : regularFont,
      width: Math.max(16, Math.round(style.widthPixels)),
      wrap: 'word-char',
      dpi: 72,
      rgba: true,
    },
  })
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  return { png: data, width: info.width, height: info.height };
}

/** Shortens text to about `lines` lines of the style, so that a prompt of 32,000 characters still fits its panel. */
export function shorten(text: string, style: TextStyle, lines: number): string {
  const perLine = Math.max(4, Math.floor(style.widthPixels / (style.sizePixels * 0.58)));
  const flat = text.replace(/\s+/g, ' ').trim();
  const most = perLine * lines;
  return flat.length <= most ? flat : `${flat.slice(0, most - 1).trimEnd()}…`;
}

function escapeMarkup(text: string): string {
  // Control characters and lone surrogates are not XML, which Pango's markup is.
  const printable = text.toWellFormed().replace(/[^\P{Cc}\n]/gu, ' ');
  return printable.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').trim();
}
