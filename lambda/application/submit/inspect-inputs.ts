import type { FileReads } from '../../domain/files/file-objects.ts';
import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import type { RefuseAddress } from '../../domain/jobs/input-addresses.ts';
import type { ReceivedFile, ReceivedImage, ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import { boundedParallel } from '../timing/bounded-parallel.ts';
import { assumedMask, assumeImage } from './assume-image.ts';
import { type FindFileDependencies, type FoundFile, findFile } from './find-file.ts';
import { checkMask, type InspectedImage, inspectFile, inspectImage } from './inspect-images.ts';
import { refuseOpaqueMask } from './refuse-opaque-mask.ts';

export interface InspectDependencies extends FindFileDependencies {
  readonly fileReads: Pick<FileReads, 'inspect' | 'open'>;
  readonly inspectMask: InspectMask;
  readonly refuseAddress: RefuseAddress;
}

/** The images of a submission with what their bytes say of them. */
export interface InspectedInputs {
  readonly images: readonly InspectedImage[];
  readonly mask: InspectedImage | undefined;
}

/** Files that are inspected at a time: each may hold 16 MiB meanwhile, where its header comes late. */
const maxInspections = 4;

/**
 * Throws GatewayError for an image that is none, for a mask that leaves nothing to edit, for a file that its owner doesn't have, and
 * for an address that is never fetched.
 */
export async function inspectInputs(
  dependencies: InspectDependencies,
  owner: string,
  received: Pick<ReceivedSubmission, 'images' | 'mask'>,
): Promise<InspectedInputs> {
  const { inspectMask, fileReads } = dependencies;
  const inspect = inspectorOf(dependencies, owner);
  const given = [...received.images, ...(received.mask ? [received.mask] : [])];
  const inspected = await boundedParallel(given, maxInspections, inspect);
  const images = inspected.slice(0, received.images.length);
  const [first] = images;
  const sent = inspected[images.length];
  if (!first || !sent) return { images, mask: undefined };
  const mask = sent.isAssumed ? assumedMask(sent, first) : sent;
  checkMask(mask, first);
  await refuseOpaqueMask({ inspectMask, fileReads }, mask);
  return { images, mask };
}

/** Inspects one image; a file that is named twice is looked for once. */
function inspectorOf(dependencies: InspectDependencies, owner: string) {
  const found = new Map<string, Promise<FoundFile>>();
  function find(named: ReceivedFile): Promise<FoundFile> {
    const earlier = found.get(named.fileId);
    if (earlier) return earlier;
    const file = findFile(dependencies, owner, named);
    found.set(named.fileId, file);
    return file;
  }
  return async (image: ReceivedImage): Promise<InspectedImage> => {
    if ('bytes' in image) return inspectImage(image);
    if ('address' in image) return assumeImage(dependencies.refuseAddress, image);
    return inspectFile(image, await find(image));
  };
}
