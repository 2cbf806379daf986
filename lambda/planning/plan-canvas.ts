import type { Margins } from '../domain/generation.ts';
import type { Canvas } from '../domain/images/conversion.ts';
import type { SizePolicy } from '../domain/model.ts';
import { extended } from './read-margins.ts';
import { isLegalSize, nearestSize, type PixelPolicy, type Size } from './size-plan.ts';

/**
 * The canvas on which a model extends an image by mask, of a size that it makes. Where the size with the margins is
 * legal, or is so with a few pixels more, the image keeps its own size; else image and margins are scaled together, and
 * what the nearest legal size has beyond them is added to the margins. A policy that isn't of pixels takes any size.
 */
export function planCanvas(policy: SizePolicy, image: Size, margins: Margins): Canvas {
  const wished = extended(image, margins);
  if (policy.kind === 'ratios' || policy.kind === 'input') return placed(wished, image, margins, 1);
  const held = holding(policy, wished);
  if (held) return placed(held, image, margins, 1);
  const size = nearestSize(policy, wished);
  return placed(size, image, margins, Math.min(size.width / wished.width, size.height / wished.height));
}

/** The size itself, or the one that only the model's step makes a little larger; undefined where neither is legal. */
function holding(policy: PixelPolicy, { width, height }: Size): Size | undefined {
  const step = policy.kind === 'free' ? policy.multipleOf : 1;
  const size = { width: Math.ceil(width / step) * step, height: Math.ceil(height / step) * step };
  return isLegalSize(policy, size) ? size : undefined;
}

function placed(size: Size, image: Size, margins: Margins, scale: number): Canvas {
  const across = along(size.width, image.width * scale, margins.left * scale, margins.right * scale);
  const down = along(size.height, image.height * scale, margins.top * scale, margins.bottom * scale);
  return { ...size, image: { left: across.at, width: across.length, top: down.at, height: down.length } };
}

/**
 * Where an edge of that length lies between two margins. What the canvas has beyond them goes to the side that is
 * extended anyway; to both where both are, or neither.
 */
function along(whole: number, edge: number, before: number, after: number): { at: number; length: number } {
  const length = Math.min(whole, Math.max(1, Math.round(edge)));
  const beyond = Math.max(0, whole - length - before - after);
  const share = before > 0 === after > 0 ? 1 / 2 : before > 0 ? 1 : 0;
  const at = Math.floor(before + beyond * share);
  return { at: Math.min(at, whole - length), length };
}
