import type { Warning } from '../domain/generation.ts';
import type { ModelSpec } from './model-spec.ts';
import { planShapeWords } from './plan-shape-words.ts';
import {
  dropped,
  type Given,
  type PlannedSize,
  type SizeParameter,
  type SizeWish,
  sizeParameters,
} from './planned-size.ts';
import {
  nearestSize,
  type PixelPolicy,
  parseAspectRatio,
  parseResolution,
  parseSize,
  type Size,
  sizeOfShape,
  sizeText,
} from './size-plan.ts';

/** What `aspect_ratio` alone is taken for: the size that all models make by default. */
const defaultEdge = 1024;

/**
 * The size to ask the model for. A given `size` decides; else `aspect_ratio` and `resolution` are made into one. `auto`
 * leaves the choice to the model, as does leaving them out.
 */
export function planSize(row: ModelSpec, wish: SizeWish): PlannedSize {
  const policy = row.sizes;
  const given = {
    size: spoken(wish.size),
    aspect_ratio: spoken(wish.aspect_ratio),
    resolution: spoken(wish.resolution),
  };
  if (policy.kind === 'input') {
    const spokenOf = sizeParameters.filter((param) => given[param] !== undefined);
    return { warnings: spokenOf.map((param) => dropped(param, `${row.model} keeps the size of the input image`)) };
  }
  if (policy.kind === 'ratios') return planShapeWords(row.model, policy, given);
  const size = given.size === undefined ? undefined : parseSize(given.size);
  if (size) return sizeAsGiven(row.model, policy, size, given);
  const unreadable = unreadableSize(given);
  const shape = planShape(row.model, policy, given);
  return { ...shape, warnings: [...unreadable, ...shape.warnings] };
}

const spoken = (text: string | undefined): string | undefined =>
  text?.trim().toLowerCase() === 'auto' ? undefined : text;

function sizeAsGiven(model: string, policy: PixelPolicy, wished: Size, given: Given): PlannedSize {
  const size = nearestSize(policy, wished);
  const isAdjusted = size.width !== wished.width || size.height !== wished.height;
  const adjusted: Warning = {
    code: 'size_adjusted',
    param: 'size',
    message: `${model} doesn't make ${sizeText(wished)}; the nearest size is ${sizeText(size)}.`,
  };
  const idle = (['aspect_ratio', 'resolution'] as const)
    .filter((param) => given[param] !== undefined)
    .map((param) => dropped(param, '`size` already determines it'));
  return { size, warnings: [...(isAdjusted ? [adjusted] : []), ...idle] };
}

function planShape(model: string, policy: PixelPolicy, { aspect_ratio, resolution }: Given): PlannedSize {
  const ratio = aspect_ratio === undefined ? undefined : parseAspectRatio(aspect_ratio);
  const edge = resolution === undefined ? undefined : parseResolution(resolution);
  const unreadable = [
    ...(aspect_ratio !== undefined && ratio === undefined
      ? [dropped('aspect_ratio', 'it is not a ratio such as 16:9')]
      : []),
    ...(resolution !== undefined && edge === undefined
      ? [dropped('resolution', 'it is not a resolution such as 1K, 2K or 4K')]
      : []),
  ];
  if (ratio === undefined && edge === undefined) return { warnings: unreadable };
  const size = nearestSize(policy, sizeOfShape(ratio ?? 1, edge ?? defaultEdge));
  const mapped = (param: SizeParameter, text: string | undefined): Warning => ({
    code: 'param_mapped',
    param,
    message: `${model} takes a size instead: ${text} was mapped to ${sizeText(size)}.`,
  });
  return {
    size,
    warnings: [
      ...unreadable,
      ...(ratio === undefined ? [] : [mapped('aspect_ratio', aspect_ratio)]),
      ...(edge === undefined ? [] : [mapped('resolution', resolution)]),
    ],
  };
}

const unreadableSize = ({ size }: Given): readonly Warning[] =>
  size === undefined ? [] : [dropped('size', 'it is not a size such as 1024x1024')];
