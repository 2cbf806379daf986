import { ProviderFailure } from '../domain/failure.ts';
import { type ImageParameters, type Quality, qualities, type Warning } from '../domain/generation.ts';
import type { Qualities } from '../domain/model.ts';
import type { ModelSpec } from './model-spec.ts';

/** Parameters as the model takes them, and the warnings for the caller. */
export interface Adjusted {
  readonly parameters: ImageParameters;
  readonly warnings: readonly Warning[];
}

/** Throws ProviderFailure `invalid` for a word that the contract doesn't have, unless the model may have any. */
export function checkQuality({ model, qualities: own }: ModelSpec, { quality }: ImageParameters): void {
  if (quality === undefined || own === 'any' || isQuality(quality)) return;
  const words = qualities.map((word) => `\`${word}\``).join(', ');
  throw new ProviderFailure('invalid', `"quality" of ${model} must be one of ${words}.`, { param: 'quality' });
}

/** The parameters with the model's own value of the quality. */
export function withQuality({ model, qualities: own }: ModelSpec, parameters: ImageParameters): Adjusted {
  const asked = parameters.quality;
  if (asked === undefined || own === 'any' || !isQuality(asked)) return { parameters, warnings: [] };
  const quality = nearestQuality(own, asked);
  if (quality === asked) return { parameters, warnings: [] };
  const message = `${model} has no quality \`${asked}\`; \`${quality}\` is the nearest.`;
  return {
    parameters: { ...parameters, quality },
    warnings: [{ code: 'quality_mapped', param: 'quality', message }],
  };
}

/** The model's own value for a quality of the contract, or the nearest that it has. */
export const nearestQuality = (own: Qualities, asked: Quality): string => own[asked] ?? own.high;

const isQuality = (word: string): word is Quality => qualities.some((each) => each === word);
