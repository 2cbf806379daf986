import { GatewayError } from '../domain/error-code.ts';
import { isVisible } from '../domain/job.ts';
import type { Clock, JobStore, LinkSigner, StorageLinks } from '../domain/ports.ts';
import { isJobId } from './find-own-job.ts';

export interface GetImageDependencies {
  readonly jobs: JobStore;
  readonly links: StorageLinks;
  readonly signer: LinkSigner;
  readonly clock: Clock;
}

/** A signed link, as its parts stand in the address. */
export interface ImageLink {
  readonly jobId: string;
  readonly index: string;
  readonly expires: string;
  readonly signature: string;
}

/** How long a storage address lives: short, since credentials that signed it may end, and it can't be called back. */
const storageLinkSeconds = 15 * 60;

/**
 * Turns a signed link into a storage address.
 * 1. Check the signature before anything is read.
 * 2. Find the job and its image; whatever is not there, or not any more, is one and the same 404.
 * 3. Give an address that ends with the job.
 */
export async function getImage({ jobs, links, signer, clock }: GetImageDependencies, link: ImageLink): Promise<string> {
  const index = wholeNumber(link.index);
  const expires = wholeNumber(link.expires);
  if (index === undefined || expires === undefined || !isJobId(link.jobId)) throw noSuchImage();
  if (!(await signer.verify(link.jobId, index, expires, link.signature))) throw noSuchImage();
  const job = await jobs.find(link.jobId);
  if (job?.status !== 'completed' || !isVisible(job, clock.now())) throw noSuchImage();
  const image = job.result.images[index];
  if (!image) throw noSuchImage();
  // Storage counts whole seconds, and none is not a number it takes: only in a job's last second is this too long.
  const secondsLeft = Math.max(1, Math.floor((job.expiresAt - clock.now()) / 1000));
  return links.linkTo(image.key, image.type, Math.min(storageLinkSeconds, secondsLeft));
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);

const noSuchImage = (): GatewayError =>
  new GatewayError('not_found', 'There is no such image, the link is not genuine, or it has expired.');
