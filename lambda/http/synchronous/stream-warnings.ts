import type { Warning } from '../../domain/generation.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { withWarning } from '../answer/job-body.ts';
import type { ImageEvents } from './image-events.ts';

const withoutPartials = (why: string): Warning => ({
  code: 'stream_without_partials',
  param: 'stream',
  message: `${why}: the stream has only its \`completed\` events.`,
});

const ofModel = withoutPartials('This model does not stream partial images');
const ofSeveral = withoutPartials('Several images were requested, and partial images are available for one only');
const ofReplay = withoutPartials(
  'This Idempotency-Key already had a job, and only the request that created it gets partial images',
);
const ofKnownAnswer = withoutPartials('The images are a known answer from the cache');

const restarted: Warning = {
  code: 'stream_restarted',
  param: 'partial_images',
  message:
    'The stream showed partial images of an earlier provider request, which failed: index and image started over.',
};

/** What decides whether a stream shows partial images, besides their requested number. */
export interface StreamView {
  /** Whether the caller's idempotency key had the job already. */
  readonly replayed: boolean;
  /** Whether an attempt's model shows partial images, of one image at a time. */
  readonly showsPartials: (attempt: Attempt) => boolean;
}

/** A completed job with warnings for the caller of its stream about what was shown before. */
export function withStreamWarnings(
  job: Job,
  events: Pick<ImageEvents, 'hasShownOthersThan' | 'partialImages'>,
  view: StreamView,
): Job {
  if (job.status === 'completed' && job.result.cached) {
    return events.partialImages > 0 ? withWarning(job, ofKnownAnswer) : job;
  }
  const winner = job.attempts.findLast(({ outcome }) => outcome === 'succeeded');
  if (job.status !== 'completed' || !winner) return job;
  // A replay has nothing to do with what was shown to another request.
  if (view.replayed) return events.partialImages > 0 ? withWarning(job, ofReplay) : job;
  const warnings = [
    ...(view.showsPartials(winner) ? (winner.imagesAsked > 1 ? [ofSeveral] : []) : [ofModel]),
    ...(events.hasShownOthersThan(winner.number) ? [restarted] : []),
  ];
  return warnings.reduce(withWarning, job);
}
