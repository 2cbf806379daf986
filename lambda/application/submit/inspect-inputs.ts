import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import { type InspectedImage, inspectImage, inspectMaskHeader } from './inspect-images.ts';
import { refuseOpaqueMask } from './refuse-opaque-mask.ts';

/** The images of a submission with what their bytes say of them. */
export interface InspectedInputs {
  readonly images: readonly InspectedImage[];
  readonly mask: InspectedImage | undefined;
}

/** Throws GatewayError for an image that is none, and for a mask that leaves nothing to edit. */
export async function inspectInputs(
  inspectMask: InspectMask,
  received: Pick<ReceivedSubmission, 'images' | 'mask'>,
): Promise<InspectedInputs> {
  const images = received.images.map(inspectImage);
  const [first] = images;
  const mask = received.mask && first ? inspectMaskHeader(received.mask, first) : undefined;
  if (mask) await refuseOpaqueMask(inspectMask, mask);
  return { images, mask };
}
