import type { ImageParameters, Warning } from '../domain/generation.ts';
import type { Size } from './size-plan.ts';

/** The three ways in which the contract lets a caller speak of size. */
export const sizeParameters = ['size', 'aspect_ratio', 'resolution'] as const;
export type SizeParameter = (typeof sizeParameters)[number];
export type SizeWish = Pick<ImageParameters, SizeParameter>;

export interface PlannedSize {
  /** Absent where the model is to choose, or isn't asked in pixels. */
  readonly size?: Size;
  /** What a model is asked for that makes shapes and resolutions, in its own words. */
  readonly words?: Pick<ImageParameters, 'aspect_ratio' | 'resolution'>;
  readonly warnings: readonly Warning[];
}

/** What was said of size; `auto` counts as nothing. */
export type Given = Readonly<Record<SizeParameter, string | undefined>>;

export const dropped = (param: SizeParameter, why: string): Warning => ({
  code: 'param_dropped',
  param,
  message: `\`${param}\` was left out: ${why}.`,
});
