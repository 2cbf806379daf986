/**
 * The sizes of gpt-image-2 and 2.5: both edges divisible by 16, the long edge at most 3840, at most 3:1, and 655,360 to
 * 8,294,400 pixels. Sources: openai/openai-node `src/resources/images.ts` (`size`), MicrosoftDocs/azure-ai-docs
 * `how-to/dall-e.md` (the limits in pixels). The words are those that users quote of the API.
 */
import { imageUserError } from './openai-errors.ts';
import type { WireAnswer } from './vendor-wire.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const step = 16;
const maxEdge = 3840;
const steepestRatio = 3;
const minPixels = 655_360;
const maxPixels = 8_294_400;

/** Reads `WIDTHxHEIGHT`, or gives undefined. */
export function parseSize(text: string): Size | undefined {
  const match = /^([1-9]\d{0,5})x([1-9]\d{0,5})$/.exec(text);
  return match === null ? undefined : { width: Number(match[1]), height: Number(match[2]) };
}

/** The refusal of a size outside the rule, or undefined. */
export function checkSize(text: string): WireAnswer | undefined {
  if (text === 'auto') return undefined;
  const size = parseSize(text);
  const reason = size === undefined ? "Expected WIDTHxHEIGHT, for example '1824x1024'." : brokenRule(size);
  return reason === undefined
    ? undefined
    : imageUserError(`Invalid size '${text}'. ${reason}`, 'invalid_value', 'size');
}

function brokenRule({ width, height }: Size): string | undefined {
  const long = Math.max(width, height);
  if (width % step !== 0 || height % step !== 0) return 'Width and height must both be divisible by 16.';
  if (long > maxEdge) return 'The longest edge must be less than or equal to 3840.';
  if (long > steepestRatio * Math.min(width, height)) return 'The aspect ratio must be between 1:3 and 3:1.';
  if (width * height < minPixels) return 'Requested resolution is below the current minimum pixel budget.';
  if (width * height > maxPixels) return 'Requested resolution is above the current maximum pixel budget.';
  return undefined;
}

/** What `auto` gives for an edit: the input's own size, moved as little as the rule demands. */
export function nearestAllowedSize(size: Size): Size {
  const ratio = Math.min(steepestRatio, Math.max(1 / steepestRatio, size.width / size.height));
  const pixels = Math.min(maxPixels, Math.max(minPixels, size.width * size.height));
  let scale = Math.sqrt(pixels / ratio);
  for (;;) {
    const candidate = { width: toStep(scale * ratio), height: toStep(scale) };
    const reason = brokenRule(candidate);
    if (reason === undefined) return candidate;
    // Rounding to 16 pixels can step over a limit by a hair: walk back towards the middle of the allowed sizes.
    scale *= candidate.width * candidate.height < 1_500_000 ? 1.005 : 0.995;
  }
}

function toStep(pixels: number): number {
  return Math.max(step, Math.round(pixels / step) * step);
}
