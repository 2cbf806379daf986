import { getImage } from '../../../lambda/application/serve/get-image.ts';
import { type Job, linkExpiryOf } from '../../../lambda/domain/jobs/job.ts';
import type { Draw } from '../draws.ts';
import type { Client } from '../facts.ts';
import { judge } from '../promises/judge.ts';
import type { KeptLink } from '../promises/links.ts';
import { later, outcomeOf, type Surroundings } from './dependencies.ts';

/** Links are used when they are there, around their end, and days later. */
export async function useLinks(around: Surroundings, client: Client, job: Job, draw: Draw): Promise<void> {
  if (job.status !== 'completed') return;
  const { facts, stage } = around;
  const expires = linkExpiryOf(job);
  const signature = await stage.signer.sign({ jobId: job.id, index: 0, expires }, job.submissionNonce);
  const [image] = job.result.images;
  if (!image) return;
  const kept: KeptLink = {
    number: client.plan.number,
    nonce: job.submissionNonce,
    expiresAt: job.expiresAt,
    key: image.key,
  };
  const left = job.expiresAt / 1000 - facts.scheduler.now / 1000;
  const times = [0.5, left - 1, left + 1, left + draw() * 86_400, left + 2 * 86_400 + draw() * 2 * 86_400];
  for (const seconds of times) {
    if (seconds > 0)
      void later(around, seconds, () =>
        useLink(around, client, kept, { jobId: job.id, index: '0', expires: String(expires), signature }),
      );
  }
}

async function useLink(
  { facts, stage }: Surroundings,
  client: Client,
  kept: KeptLink,
  link: Parameters<typeof getImage>[1],
): Promise<void> {
  const invocation = stage.invoke('get-image', 10);
  const { jobs } = stage.dependenciesOf(invocation, client.plan.number);
  const at = facts.scheduler.now;
  // Its clock is as far ahead of the others' as it was when the link was made.
  const clock = { now: () => at };
  const { links, signer } = stage;
  const outcome = await outcomeOf(invocation, () => getImage({ jobs, clock, links, signer }, link));
  const opened = 'value' in outcome ? outcome.value : undefined;
  const isDeleted = client.deletedAt !== undefined && client.deletedAt < at;
  judge.link(facts, { link: kept, opened, isDeleted, at });
}
