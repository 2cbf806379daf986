import type { ImageParameters, Warning } from '../domain/generation.ts';
import type { Size } from './size-plan.ts';

/** The contract's three parameters for the size. */
export const sizeParameters = ['size', 'aspect_ratio', 'resolution'] as const;
export type SizeParameter = (typeof sizeParameters)[number];
export type SizeWish = Pick<ImageParameters, SizeParameter>;

export interface PlannedSize {
  /** Absent where the model chooses, or isn't sized in pixels. */
  readonly size?: Size;
  /** Aspect ratio and resolution as the model's own named values, for models that take these. */
  readonly words?: Pick<ImageParameters, 'aspect_ratio' | 'resolution'>;
  readonly warnings: readonly Warning[];
}

/** The caller's size parameters; `auto` counts as absent. */
export type Given = Readonly<Record<SizeParameter, string | undefined>>;

export const dropped = (param: SizeParameter, why: string): Warning => ({
  code: 'param_dropped',
  param,
  message: `\`${param}\` was left out: ${why}.`,
});
