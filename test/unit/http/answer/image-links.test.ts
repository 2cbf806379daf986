import { describe, expect, it } from 'vitest';
import type { LinkSigner } from '../../../../lambda/domain/ports.ts';
import { imageLinks } from '../../../../lambda/http/answer/image-links.ts';
import { completedJob, openJob } from '../sample-jobs.ts';

const signer: LinkSigner = {
  sign: async ({ jobId, index, expires }, nonce) => `${jobId.slice(0, 4)}+${index}/${expires}/${nonce}`,
  isGenuine: async () => true,
  isFor: async () => true,
};

describe('imageLinks', () => {
  it('links each image below the caller’s origin until just the second in which the job expires', async () => {
    const job = completedJob();
    const linkTo = await imageLinks(job, 'https://a.example/prod', signer);
    const link = new URL(linkTo(1));
    expect(`${link.origin}${link.pathname}`).toBe(`https://a.example/prod/v1/images/content/${job.id}/1`);
    expect(link.searchParams.get('expires')).toBe('1795179630');
    expect(link.searchParams.get('signature')).toBe('6f1f+1/1795179630/nonce');
    expect(Number(link.searchParams.get('expires')) * 1000).toBeLessThanOrEqual(job.expiresAt);
  });

  it('signs nothing for a job without images', async () => {
    const failing: LinkSigner = { ...signer, sign: () => Promise.reject(new Error('no')) };
    const linkTo = await imageLinks(openJob(), 'https://a.example', failing);
    expect(() => linkTo(0)).toThrow('no image');
  });
});
