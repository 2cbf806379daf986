import { GatewayError } from '../../domain/error-code.ts';
import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import type { ReceivedBytes, ReceivedImage, ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
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
  const images = received.images.map((image) => inspectImage(bytesOf(image)));
  const [first] = images;
  const mask = received.mask && first ? inspectMaskHeader(bytesOf(received.mask), first) : undefined;
  if (mask) await refuseOpaqueMask(inspectMask, mask);
  return { images, mask };
}

function bytesOf(image: ReceivedImage): ReceivedBytes {
  if ('bytes' in image) return image;
  const { param } = image;
  const message = `"${param}" must be a file part or a \`data:\` URI in base64: this version accepts no URLs and no file ids.`;
  throw new GatewayError('invalid_value', message, { param });
}
