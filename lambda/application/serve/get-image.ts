import { GatewayError } from '../../domain/error-code.ts';
import { type ImageLink, presignedSeconds } from '../../domain/images/image-link.ts';
import { isJobId, isVisible, linkExpiryOf } from '../../domain/jobs/job.ts';
import type { Clock, JobStore, LinkAddress, LinkSigner, StorageLinks } from '../../domain/ports.ts';

export interface GetImageDependencies {
  readonly jobs: JobStore;
  readonly links: StorageLinks;
  readonly signer: LinkSigner;
  readonly clock: Clock;
}

/**
 * Turns a signed link into a storage address. The link is undefined where it was spelled otherwise than links are made.
 * 1. Check form, expiry and signature before anything is read: an unauthenticated request costs no read.
 * 2. Find the job and its image; whatever is not there, or not any more, is one and the same 404. So is a link of an
 *    earlier job of the same id, whose signature names another submission.
 * 3. Give an address that ends with the job, for the method by which the link was asked, and is going to be followed.
 */
export async function getImage(
  { jobs, links, signer, clock }: GetImageDependencies,
  link: ImageLink | undefined,
  method: 'GET' | 'HEAD' = 'GET',
): Promise<string> {
  const address = link && readAddress(link);
  if (!address || address.expires < Math.floor(clock.now() / 1000)) throw noSuchImage();
  if (!(await signer.isGenuine(address, link.signature))) throw noSuchImage();
  const job = await jobs.find(address.jobId);
  if (job?.status !== 'completed' || !isVisible(job, clock.now())) throw noSuchImage();
  if (address.expires !== linkExpiryOf(job)) throw noSuchImage();
  if (!(await signer.isFor(address, job.submissionNonce, link.signature))) throw noSuchImage();
  const image = job.result.images[address.index];
  if (!image) throw noSuchImage();
  // Storage counts whole seconds, and none is not a number it takes: only in a job's last second is this too long.
  const secondsLeft = Math.max(1, Math.floor((job.expiresAt - clock.now()) / 1000));
  return links.linkTo(image.key, image.type, Math.min(presignedSeconds, secondsLeft), method);
}

/** An image has one address: other spellings of its numbers are none. */
function readAddress({ jobId, index, expires }: ImageLink): LinkAddress | undefined {
  if (!isJobId(jobId) || ![index, expires].every((text) => /^(?:0|[1-9]\d{0,14})$/.test(text))) return undefined;
  return { jobId, index: Number(index), expires: Number(expires) };
}

const noSuchImage = (): GatewayError =>
  new GatewayError('not_found', 'There is no such image, or the link is invalid or has expired.');
