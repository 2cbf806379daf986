import { imagePath } from '../../contract/routes.ts';
import { type Job, linkExpiryOf } from '../../domain/jobs/job.ts';
import type { LinkSigner } from '../../domain/ports.ts';

/** Gives the link to one image of a result. */
export type LinkTo = (index: number) => string;

/**
 * Signs a link for each image of a job's result; they live exactly as long as the job. Throws what the signer throws.
 */
export async function imageLinks(job: Job, origin: string, signer: LinkSigner): Promise<LinkTo> {
  if (job.status !== 'completed') return () => noImages(job);
  const expires = linkExpiryOf(job);
  const links = await Promise.all(
    job.result.images.map(async (_, index) => {
      const signature = encodeURIComponent(await signer.sign({ jobId: job.id, index, expires }, job.submissionNonce));
      return `${origin}${imagePath(job.id, index)}?expires=${expires}&signature=${signature}`;
    }),
  );
  return (index) => links[index] ?? noImages(job);
}

function noImages(job: Job): never {
  throw new Error(`The job ${job.id}, ${job.status}, has no image with that index.`);
}
