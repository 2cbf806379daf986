import type { Warning } from '../../domain/generation.ts';
import type { Attempt } from '../../domain/jobs/attempt.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { withWarning } from '../answer/job-body.ts';
import type { ImageEvents } from './image-events.ts';

const withoutPartials = (why: string): Warning => ({
  code: 'stream_without_partials',
  param: 'stream',
  message: `${why}: the stream has its \`completed\` events alone.`,
});

const ofModel = withoutPartials('This model shows no partial images');
const ofSeveral = withoutPartials('Several images were asked for at a time, and partial images are shown of one alone');
const ofReplay = withoutPartials(
  'This Idempotency-Key had a job already, and partial images go to the request that made it alone',
);

const restarted: Warning = {
  code: 'stream_restarted',
  param: 'partial_images',
  message:
    'Partial images of an earlier request to a provider were shown, which came to nothing: count and picture began anew.',
};

/** What decides whether a stream shows partial images, besides how many were asked for. */
export interface StreamView {
  /** Whether the caller's idempotency key had the job already. */
  readonly replayed: boolean;
  /** Whether an attempt's model shows partial images, of one image at a time. */
  readonly showsPartials: (attempt: Attempt) => boolean;
}

/** A completed job with what a caller of its stream should know of what was shown before. */
export function withStreamWarnings(
  job: Job,
  events: Pick<ImageEvents, 'hasShownOthersThan' | 'partialImages'>,
  view: StreamView,
): Job {
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
