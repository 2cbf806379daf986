import type { Warning } from '../domain/generation.ts';
import type { SizePolicy } from '../domain/model.ts';
import { dropped, type Given, type PlannedSize } from './planned-size.ts';
import { nearestByFactor, nearestRatio, parseAspectRatio, parseResolution, parseSize } from './size-plan.ts';

type RatioPolicy = Extract<SizePolicy, { kind: 'ratios' }>;

/**
 * What to ask of a model that makes shapes instead of pixels. A size in pixels gives both its shape and its resolution;
 * a ratio and a resolution of their own are taken where no size is given. What isn't met to the letter gets a warning.
 */
export function planShapeWords(model: string, policy: RatioPolicy, given: Given): PlannedSize {
  const size = given.size === undefined ? undefined : parseSize(given.size);
  const wished = size
    ? { ratio: size.width / size.height, edge: Math.sqrt(size.width * size.height) }
    : {
        ratio: given.aspect_ratio === undefined ? undefined : parseAspectRatio(given.aspect_ratio),
        edge: given.resolution === undefined ? undefined : parseResolution(given.resolution),
      };
  const ratio = wished.ratio === undefined ? undefined : nearestRatio(policy.ratios, wished.ratio);
  const resolution =
    wished.edge === undefined
      ? undefined
      : nearestByFactor(Object.entries(policy.resolutions ?? {}), ([, edge]) => edge, wished.edge)?.[0];
  const words = {
    ...(ratio === undefined ? {} : { aspect_ratio: ratio }),
    ...(resolution === undefined ? {} : { resolution }),
  };
  const warnings = size ? sizeWarnings(model, given, words) : wordWarnings(model, policy, given, words);
  return { words, warnings };
}

interface Words {
  readonly aspect_ratio?: string;
  readonly resolution?: string;
}

const spelledOut = ({ aspect_ratio, resolution }: Words): string =>
  [aspect_ratio, resolution].filter((word) => word !== undefined).join(' at ');

function sizeWarnings(model: string, given: Given, words: Words): readonly Warning[] {
  const message = `${model} takes no size in pixels: ${given.size} was mapped to ${spelledOut(words)}.`;
  const idle = (['aspect_ratio', 'resolution'] as const).filter((param) => given[param] !== undefined);
  return [
    { code: 'size_adjusted', param: 'size', message },
    ...idle.map((param) => dropped(param, '`size` already determines it')),
  ];
}

function wordWarnings(model: string, policy: RatioPolicy, given: Given, words: Words): readonly Warning[] {
  const unreadable = given.size === undefined ? [] : [dropped('size', 'it is not a size such as 1024x1024')];
  const changed = (['aspect_ratio', 'resolution'] as const).flatMap((param): readonly Warning[] => {
    const asked = given[param];
    const taken = words[param];
    if (asked === undefined || asked.trim().toLowerCase() === taken?.toLowerCase()) return [];
    if (taken === undefined) return [dropped(param, whyNot(model, policy, param))];
    return [{ code: 'param_mapped', param, message: `${model} has no ${asked}; ${taken} is the nearest.` }];
  });
  return [...unreadable, ...changed];
}

const whyNot = (model: string, policy: RatioPolicy, param: 'aspect_ratio' | 'resolution'): string => {
  if (param === 'resolution' && policy.resolutions === undefined) return `${model} has only one resolution`;
  return param === 'resolution' ? 'it is not a resolution such as 1K, 2K or 4K' : 'it is not a ratio such as 16:9';
};
