import type { InputImage } from '../../domain/images/image.ts';
import { maskFlaw, opaqueMask } from '../../domain/images/input-flaws.ts';
import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import type { InputSources } from '../../domain/jobs/input-addresses.ts';
import type { ImageStore } from '../../domain/ports.ts';
import { InputRefused } from './input-refused.ts';

export interface CheckMaskDependencies {
  readonly images: Pick<ImageStore, 'open'>;
  readonly inspectMask: InspectMask;
}

/**
 * Checks a mask that could not be checked at submission, since it or the first image was named by address, by the same rules. Throws
 * InputRefused.
 */
export async function checkMask(
  { images, inspectMask }: CheckMaskDependencies,
  source: InputSources['mask'],
  { images: [first], mask }: { readonly images: readonly InputImage[]; readonly mask?: InputImage },
): Promise<void> {
  if (!source || !mask || !first) return;
  const isAddressed = 'address' in source;
  const param = isAddressed ? source.param : 'mask';
  const flaw = maskFlaw(mask, first);
  if (flaw) throw new InputRefused(param, 'unfit_mask', flaw);
  if (!isAddressed) return;
  if ((await inspectMask(mask, () => images.open(mask.key))) !== 'opaque') return;
  throw new InputRefused(param, 'unfit_mask', opaqueMask);
}
